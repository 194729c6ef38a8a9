package dev.passgate.cluster.trust;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;

/** A key that signs for Trino. Thread-safe. */
final class SigningKey {

  private final JWK published;
  private final JWSHeader header;
  private final JWSSigner signer;

  private SigningKey(JWK published, JWSAlgorithm algorithm, JWSSigner signer) {
    this.published = published;
    this.header =
        new JWSHeader.Builder(algorithm)
            .type(JOSEObjectType.JWT)
            .keyID(published.getKeyID())
            .build();
    this.signer = signer;
  }

  /**
   * A key of a pair whose halves belong together.
   *
   * @throws IllegalArgumentException if it is neither an RSA key nor an EC key on P-256 or P-384
   */
  static SigningKey of(KeyPair pair) {
    try {
      return switch (pair.getPublic()) {
        case RSAPublicKey rsa ->
            new SigningKey(
                new RSAKey.Builder(rsa)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.RS256)
                    .keyIDFromThumbprint()
                    .build(),
                JWSAlgorithm.RS256,
                new RSASSASigner(pair.getPrivate()));
        case ECPublicKey ec -> of(pair, ec, Curve.forECParameterSpec(ec.getParams()));
        default -> throw new IllegalArgumentException("not a key that signs");
      };
    } catch (JOSEException e) {
      throw new IllegalArgumentException("not a key that signs", e);
    }
  }

  private static SigningKey of(KeyPair pair, ECPublicKey key, Curve curve) throws JOSEException {
    JWSAlgorithm algorithm = Curve.P_384.equals(curve) ? JWSAlgorithm.ES384 : JWSAlgorithm.ES256;
    return new SigningKey(
        new ECKey.Builder(curve, key)
            .keyUse(KeyUse.SIGNATURE)
            .algorithm(algorithm)
            .keyIDFromThumbprint()
            .build(),
        algorithm,
        new ECDSASigner(pair.getPrivate(), curve));
  }

  /** The {@code kid}: the key's thumbprint (RFC 7638). */
  String id() {
    return published.getKeyID();
  }

  /** The public half. */
  JWK published() {
    return published;
  }

  /** A token in its compact form. */
  String sign(JWTClaimsSet claims) {
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign a token for Trino", e);
    }
    return token.serialize();
  }

  /** Without the private half. */
  @Override
  public String toString() {
    return "SigningKey[" + id() + "]";
  }
}
