package dev.passgate.identity;

/** The one answer to "who is this": either an identity or the reason why there is none. */
public sealed interface Verdict permits Identity, Refusal {}
