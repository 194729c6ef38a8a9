package dev.passgate.identity.issuer;

import dev.passgate.identity.json.StrictJson;
import dev.passgate.identity.json.StrictJson.NotStrictJson;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an identity provider publishes of itself (OpenID Connect Discovery 1.0, section 3; RFC 8414,
 * section 2), as far as it matters here.
 *
 * @param jwkSetUri where its keys are
 * @param tokenUri its token endpoint where it has one
 * @param introspectionUri its introspection endpoint where it has one
 */
record ProviderMetadata(URI jwkSetUri, @Nullable URI tokenUri, @Nullable URI introspectionUri) {

  /**
   * Reads the document.
   *
   * @param issuerUri the issuer it must be about; RFC 8414, section 3.3, wants it to be identical
   * @throws ProviderException where it is about another one, or does not say where the keys are
   */
  static ProviderMetadata parse(byte[] json, URI issuerUri) throws ProviderException {
    Map<String, @Nullable Object> document;
    try {
      document = StrictJson.object(json);
    } catch (NotStrictJson e) {
      throw new ProviderException("the provider's metadata is no proper JSON object");
    }
    if (!issuerUri.toString().equals(document.get("issuer"))) {
      throw new ProviderException("the provider's metadata names another issuer than issuer-uri");
    }
    URI jwkSetUri = endpoint(document, "jwks_uri", issuerUri);
    if (jwkSetUri == null) {
      throw new ProviderException("the provider's metadata has no usable jwks_uri");
    }
    return new ProviderMetadata(
        jwkSetUri,
        endpoint(document, "token_endpoint", issuerUri),
        endpoint(document, "introspection_endpoint", issuerUri));
  }

  /** Metadata that was had safely may not lead to where it is not safe. */
  private static @Nullable URI endpoint(
      Map<String, @Nullable Object> document, String name, URI issuerUri) {
    URI uri = document.get(name) instanceof String text ? Uris.parse(text) : null;
    return uri != null && Uris.isHttps(issuerUri) && !Uris.isHttps(uri) ? null : uri;
  }
}
