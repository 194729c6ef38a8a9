package dev.passgate.identity.mapping;

/**
 * A claim that should say something, and says it in no way that can be used. Has no stack trace: it
 * is an answer and no failure.
 */
public final class UnusableClaim extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String detail;

  /**
   * @param detail one short sentence for a person, without a claim's value
   */
  UnusableClaim(String detail) {
    super(detail, null, false, false);
    this.detail = detail;
  }

  /** One short sentence for a person, without a claim's value. */
  public String detail() {
    return detail;
  }
}
