package dev.passgate.identity.issuer;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Gets the keys that an identity provider publishes: from {@code jwk-set-uri}, else from where
 * discovery says. Discovery is asked each time, so that a provider may move its keys.
 */
final class ProviderKeySource implements KeySource {

  private final IssuerSettings settings;
  private final DocumentFetcher fetcher;
  private final Discovery discovery;
  private volatile @Nullable URI tokenUri;
  private volatile @Nullable URI introspectionUri;
  private volatile boolean discovered;

  ProviderKeySource(IssuerSettings settings, DocumentFetcher fetcher) {
    this.settings = settings;
    this.fetcher = fetcher;
    this.discovery = new Discovery(URI.create(settings.issuerUri()), fetcher);
  }

  @Override
  public Mono<KeySet> fetch() {
    return jwkSetUri()
        .flatMap(fetcher::get)
        .handle(
            (document, sink) -> {
              try {
                sink.next(KeySet.parse(document.require200()));
              } catch (ProviderException e) {
                sink.error(e);
              }
            });
  }

  private Mono<URI> jwkSetUri() {
    if (settings.jwkSetUri() != null) {
      return Mono.just(settings.jwkSetUri());
    }
    return discovery
        .discover()
        .doOnNext(
            metadata -> {
              tokenUri = metadata.tokenUri();
              introspectionUri = metadata.introspectionUri();
              discovered = true;
            })
        .map(ProviderMetadata::jwkSetUri);
  }

  @Override
  public @Nullable URI introspectionUri() {
    return introspectionUri;
  }

  @Override
  public @Nullable URI tokenUri() {
    return tokenUri;
  }

  @Override
  public boolean isDiscoveryAwaited() {
    return settings.jwkSetUri() == null && !discovered;
  }
}
