package dev.passgate.testing.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A JWT with whatever headers and claims a test asks for; nothing is checked. Starts as a good one:
 * for audience trino, valid for five minutes, with {@code sub}, {@code preferred_username}.
 */
public final class TokenBuilder {

  private final Map<String, Object> headers = new LinkedHashMap<>();
  private final Map<String, Object> claims = new LinkedHashMap<>();
  private JWK key;
  private JWSAlgorithm algorithm;

  TokenBuilder(String issuer, JWK key, String user) {
    this.key = key;
    this.algorithm = fitting(key);
    long now = Instant.now().getEpochSecond();
    headers.put("alg", algorithm.getName());
    headers.put("typ", "JWT");
    headers.put("kid", key.getKeyID());
    claims.put("iss", issuer);
    claims.put("sub", user);
    claims.put("aud", List.of("trino"));
    claims.put("preferred_username", user);
    claims.put("iat", now);
    claims.put("exp", now + 300);
    claims.put("jti", UUID.randomUUID().toString());
  }

  /** Sets a claim, or leaves it out where the value is null. Values are of JSON's kinds. */
  public TokenBuilder claim(String name, @Nullable Object value) {
    put(claims, name, value);
    return this;
  }

  /** Sets a header, or leaves it out where the value is null. */
  public TokenBuilder header(String name, @Nullable Object value) {
    put(headers, name, value);
    return this;
  }

  public TokenBuilder audience(String... audiences) {
    return claim("aud", List.of(audiences));
  }

  /** Sets the end, from now; a negative time has passed. */
  public TokenBuilder expiresIn(Duration time) {
    return claim("exp", Instant.now().plus(time).getEpochSecond());
  }

  /** Sets the begin, from now. */
  public TokenBuilder notBefore(Duration time) {
    return claim("nbf", Instant.now().plus(time).getEpochSecond());
  }

  /** Signs with another key, whose id and algorithm the headers then name. */
  public TokenBuilder signWith(JWK other) {
    key = other;
    header("kid", other.getKeyID());
    return algorithm(fitting(other));
  }

  /** Signs by another algorithm that the key can, and says so in the header. */
  public TokenBuilder algorithm(JWSAlgorithm other) {
    algorithm = other;
    return header("alg", other.getName());
  }

  /** The token in its compact form. */
  public String build() {
    String input = signingInput();
    try {
      JWSSigner signer = new DefaultJWSSignerFactory().createJWSSigner(key, algorithm);
      Base64URL signature =
          signer.sign(new JWSHeader(algorithm), input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + signature;
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign with " + algorithm, e);
    }
  }

  /** The token with {@code "alg": "none"} and an empty signature. */
  public String buildUnsigned() {
    return header("alg", "none").signingInput() + ".";
  }

  private String signingInput() {
    return encode(headers) + "." + encode(claims);
  }

  private static Base64URL encode(Map<String, Object> object) {
    return Base64URL.encode(JSONObjectUtils.toJSONString(object));
  }

  private static void put(Map<String, Object> map, String name, @Nullable Object value) {
    if (value == null) {
      map.remove(name);
    } else {
      map.put(name, value);
    }
  }

  private static JWSAlgorithm fitting(JWK key) {
    if (KeyType.RSA.equals(key.getKeyType())) {
      return JWSAlgorithm.RS256;
    }
    return KeyType.EC.equals(key.getKeyType()) ? JWSAlgorithm.ES256 : JWSAlgorithm.HS256;
  }
}
