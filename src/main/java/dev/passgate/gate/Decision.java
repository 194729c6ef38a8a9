package dev.passgate.gate;

import dev.passgate.identity.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What the gate decided on a request.
 *
 * @param verdict who sent it, or why nobody did
 * @param source where the credential stood, {@code none} without one; for metrics and audit
 * @param token the token that was accepted, for connectors that are to have it; null where it was
 *     none
 */
public record Decision(Verdict verdict, String source, @Nullable String token) {

  public Decision(Verdict verdict, String source) {
    this(verdict, source, null);
  }

  @Override
  public String toString() {
    return "Decision[" + verdict + ", " + source + "]";
  }
}
