package dev.passgate.identity.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.JWK;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * A token in the making, from texts and not from objects, so that it can be as wrong as need be.
 *
 * @param header the header's members, without braces
 * @param payload the claims, without braces
 */
record Token(String header, String payload) {

  static final Instant EXPIRY = FakeTime.START.plusSeconds(300);

  /** A good token of the issuer for alice, whose header names a key. */
  static Token good(String kid) {
    return new Token(
        "\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"".formatted(kid),
        "\"iss\":\"%s\",\"aud\":\"trino\",\"sub\":\"s-1\",\"preferred_username\":\"alice\",\"exp\":%d"
            .formatted(Fixtures.ISSUER, EXPIRY.getEpochSecond()));
  }

  static Token good() {
    return good("first");
  }

  Token withHeader(String from, String to) {
    return new Token(replace(header, from, to), payload);
  }

  Token withHeader(String members) {
    return new Token(header + "," + members, payload);
  }

  Token withClaim(String from, String to) {
    return new Token(header, replace(payload, from, to));
  }

  Token withClaim(String members) {
    return new Token(header, payload + "," + members);
  }

  private static String replace(String text, String from, String to) {
    if (!text.contains(from)) {
      throw new IllegalArgumentException(from + " is not in " + text);
    }
    return text.replace(from, to);
  }

  String signedBy(JWK key) {
    return signedBy(key, JWSAlgorithm.RS256);
  }

  String signedBy(JWK key, JWSAlgorithm algorithm) {
    String input = encode("{" + header + "}") + "." + encode("{" + payload + "}");
    return input + "." + signature(input, key, algorithm);
  }

  String unsigned() {
    return encode("{" + header + "}") + "." + encode("{" + payload + "}") + ".";
  }

  static String signature(String input, JWK key, JWSAlgorithm algorithm) {
    try {
      JWSSigner signer = new DefaultJWSSignerFactory().createJWSSigner(key, algorithm);
      return signer
          .sign(new JWSHeader(algorithm), input.getBytes(StandardCharsets.US_ASCII))
          .toString();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
