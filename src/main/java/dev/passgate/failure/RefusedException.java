package dev.passgate.failure;

import dev.passgate.identity.Refusal;

/** Carries a refusal from where it was decided to where it is answered. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  public RefusedException(Refusal refusal) {
    super(refusal.reason().name(), null, false, false);
    this.refusal = refusal;
  }

  Refusal refusal() {
    return refusal;
  }
}
