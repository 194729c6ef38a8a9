package dev.passgate.identity.issuer;

/**
 * Told what happens to issuers. Called on the thread where it happens: must not block. Beans of
 * this type are told; they cannot ask for the {@link IssuerRegistry}, which asks for them.
 */
public interface IssuerEvents {

  /** How the attempt to fetch an issuer's keys ended. */
  enum RefreshOutcome {
    SUCCESS,
    FAILURE
  }

  /** Nobody listens. */
  IssuerEvents NONE = (issuer, outcome) -> {};

  /**
   * An issuer's keys were fetched, or could not be. Told after those who waited for it.
   *
   * @param issuer the issuer's configured name
   */
  void refreshed(String issuer, RefreshOutcome outcome);
}
