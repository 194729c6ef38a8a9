package dev.passgate.gate;

import dev.passgate.identity.Verdict;

/**
 * What the gate decided on a request.
 *
 * @param verdict who sent it, or why nobody did
 * @param source where the credential stood, {@code none} without one; for metrics and audit
 */
public record Decision(Verdict verdict, String source) {}
