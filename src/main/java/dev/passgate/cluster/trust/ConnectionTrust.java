package dev.passgate.cluster.trust;

import org.jspecify.annotations.Nullable;

/** Nothing is sent in requests. */
record ConnectionTrust() implements Trust {

  @Override
  public @Nullable String authorization(String caller) {
    return null;
  }
}
