package dev.passgate.identity.issuer;

import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.introspection.HttpIntrospectionEndpoint;
import dev.passgate.identity.issuer.TrustedIssuer.Surroundings;
import org.jspecify.annotations.Nullable;

/** Makes issuers and what verifies their tokens, with all that they share. */
final class IssuerFactory implements AutoCloseable {

  private final HttpDocumentFetcher fetcher = new HttpDocumentFetcher();
  private final HttpIntrospectionEndpoint endpoint;
  private final Surroundings surroundings;
  private final TokenProperties tokens;

  /**
   * @param endpoint the one of the surroundings, which is closed here
   */
  IssuerFactory(
      HttpIntrospectionEndpoint endpoint, Surroundings surroundings, TokenProperties tokens) {
    this.endpoint = endpoint;
    this.surroundings = surroundings;
    this.tokens = tokens;
  }

  /**
   * An issuer that does not fetch keys yet.
   *
   * @param before the issuer of the same name that it is to take the place of; its keys are kept
   *     where they are those of the same provider
   */
  TrustedIssuer issuer(IssuerSettings settings, @Nullable TrustedIssuer before) {
    return before != null && before.settings().hasKeysOf(settings)
        ? new TrustedIssuer(settings, before.providerKeys(), surroundings)
        : new TrustedIssuer(settings, new ProviderKeySource(settings, fetcher), surroundings);
  }

  /** Verifies tokens of the issuers that are in force now, and remembers none from before. */
  TokenVerifier verifier(IssuerRegistry registry) {
    TokenCache cache = new TokenCache(tokens.tokenCache().maxEntries(), surroundings.clock());
    TokenCache late =
        new TokenCache(
            tokens.tokenCache().maxEntries(), surroundings.clock(), tokens.expiryGrace());
    JwtTokenVerifier jwts = new JwtTokenVerifier(registry, cache, late, tokens.maxTokenLength());
    OpaqueTokens opaque = registry.opaqueTokens();
    return opaque.isEmpty()
        ? jwts
        : new AnyTokenVerifier(jwts, opaque, cache, tokens.maxTokenLength());
  }

  @Override
  public void close() {
    fetcher.close();
    endpoint.close();
  }
}
