package dev.passgate.identity.issuer;

import dev.passgate.identity.issuer.DocumentFetcher.Document;
import java.net.URI;
import reactor.core.publisher.Mono;

/**
 * Finds what an issuer publishes of itself, by OpenID Connect Discovery 1.0 (section 4) and, where
 * it has no such document, by RFC 8414 (section 3).
 */
final class Discovery {

  private final URI issuerUri;
  private final DocumentFetcher fetcher;

  Discovery(URI issuerUri, DocumentFetcher fetcher) {
    this.issuerUri = issuerUri;
    this.fetcher = fetcher;
  }

  /** The metadata, or a {@link ProviderException} or the fetcher's error. */
  Mono<ProviderMetadata> discover() {
    return fetcher
        .get(openIdConfiguration())
        .flatMap(
            document ->
                isMissing(document)
                    ? fetcher.get(authorizationServerMetadata())
                    : Mono.just(document))
        .<ProviderMetadata>handle(
            (document, sink) -> {
              try {
                sink.next(ProviderMetadata.parse(document.require200(), issuerUri));
              } catch (ProviderException e) {
                sink.error(e);
              }
            });
  }

  /** An answer that the provider is there and has no such document; not one that it is broken. */
  private static boolean isMissing(Document document) {
    return document.status() >= 400 && document.status() < 500;
  }

  /** Appended to the issuer, whose final slash goes first. */
  private URI openIdConfiguration() {
    return URI.create(origin() + path() + "/.well-known/openid-configuration");
  }

  /** Inserted between the host and the path. */
  private URI authorizationServerMetadata() {
    return URI.create(origin() + "/.well-known/oauth-authorization-server" + path());
  }

  private String origin() {
    return issuerUri.getScheme() + "://" + issuerUri.getRawAuthority();
  }

  private String path() {
    String path = issuerUri.getRawPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
