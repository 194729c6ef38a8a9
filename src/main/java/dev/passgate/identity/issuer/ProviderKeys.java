package dev.passgate.identity.issuer;

import dev.passgate.identity.issuer.TrustedIssuer.Surroundings;

/**
 * The keys of an identity provider, where they come from and what keeps them fresh. Outlives the
 * rules of its issuer: settings that are about other things leave the keys in force, for a provider
 * may be down just when they change.
 */
record ProviderKeys(KeySource source, IssuerKeys keys, KeyRefresh refresh)
    implements AutoCloseable {

  static ProviderKeys of(IssuerSettings settings, KeySource source, Surroundings surroundings) {
    IssuerKeys keys =
        new IssuerKeys(
            settings,
            source,
            surroundings.clock(),
            surroundings.scheduler(),
            surroundings.events());
    return new ProviderKeys(
        source,
        keys,
        new KeyRefresh(keys, settings.keys(), surroundings.scheduler(), surroundings.random()));
  }

  @Override
  public void close() {
    refresh.close();
    keys.close();
  }
}
