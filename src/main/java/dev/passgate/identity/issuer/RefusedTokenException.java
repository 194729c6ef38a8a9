package dev.passgate.identity.issuer;

import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;

/**
 * Carries a refusal through code that knows nothing of it, such as Spring Security, which wraps it.
 * Has no stack trace: it is an answer and no failure, and strangers can cause any number of it.
 */
final class RefusedTokenException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Refusal refusal;

  RefusedTokenException(Refusal refusal) {
    super(refusal.reason().name(), null, false, false);
    this.refusal = refusal;
  }

  RefusedTokenException(Reason reason, String detail) {
    this(Refusal.of(reason, detail));
  }

  RefusedTokenException(Reason reason, String detail, String issuer) {
    this(Refusal.of(reason, detail, issuer));
  }

  Refusal refusal() {
    return refusal;
  }
}
