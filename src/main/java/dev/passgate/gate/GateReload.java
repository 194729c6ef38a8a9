package dev.passgate.gate;

import dev.passgate.identity.CertificateVerifier;
import dev.passgate.identity.PasswordVerifier;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.identity.issuer.Issuer;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Has the gate go by other issuers. */
public final class GateReload {

  private final Gate gate;
  private final @Nullable PasswordVerifier passwords;
  private final @Nullable CertificateVerifier certificates;
  private final Impersonation impersonation;

  GateReload(
      Gate gate,
      @Nullable PasswordVerifier passwords,
      @Nullable CertificateVerifier certificates,
      Impersonation impersonation) {
    this.gate = gate;
    this.passwords = passwords;
    this.certificates = certificates;
    this.impersonation = impersonation;
  }

  /** Puts issuers in force: what verifies their tokens, and by which routes these get in. */
  public void apply(TokenVerifier tokens, List<? extends Issuer> issuers) {
    gate.follow(policy(new Verifiers(tokens, passwords, certificates), issuers, impersonation));
  }

  /**
   * Impersonation is the last of the rules: those before it see whom the credential names. It is
   * the one of now, for whom one configuration verifies may not act by the rules of another.
   */
  static Gate.Policy policy(
      Verifiers verifiers, List<? extends Issuer> issuers, Impersonation impersonation) {
    RouteRule routes =
        new RouteRule(
            issuers.stream()
                .filter(issuer -> !issuer.routes().isEmpty())
                .collect(Collectors.toMap(Issuer::name, Issuer::routes)));
    return new Gate.Policy(
        verifiers, List.of(routes, new ImpersonationRule(impersonation.asOfNow())));
  }
}
