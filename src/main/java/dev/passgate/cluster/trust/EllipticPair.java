package dev.passgate.cluster.trust;

import com.nimbusds.jose.jwk.Curve;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Set;
import javax.crypto.KeyAgreement;

/**
 * The public half of an EC key. PKCS#8 may leave it out, and the JDK does not give it where it is
 * there; but its Diffie-Hellman of a private key with the curve's generator is the public point's
 * x, so that the secret is computed with nowhere but in the JDK.
 */
final class EllipticPair {

  private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384);
  private static final byte[] PROBE = {1};

  private EllipticPair() {}

  /**
   * Completes a private key.
   *
   * @throws java.security.spec.InvalidKeySpecException if it is not one of EC
   * @throws IllegalArgumentException if it is on another curve than P-256 and P-384
   */
  static KeyPair of(PKCS8EncodedKeySpec encoded) throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance("EC");
    ECPrivateKey key = (ECPrivateKey) factory.generatePrivate(encoded);
    ECParameterSpec parameters = key.getParams();
    Curve curve = Curve.forECParameterSpec(parameters);
    if (curve == null || !CURVES.contains(curve)) {
      throw new IllegalArgumentException("it is an EC key on another curve than P-256 and P-384");
    }
    BigInteger x = x(key, point(factory, parameters, parameters.getGenerator()));
    BigInteger y = y(parameters.getCurve(), x);
    PublicKey candidate = point(factory, parameters, new ECPoint(x, y));
    if (!belongTogether(key, candidate)) {
      BigInteger prime = ((ECFieldFp) parameters.getCurve().getField()).getP();
      candidate = point(factory, parameters, new ECPoint(x, prime.subtract(y)));
      if (!belongTogether(key, candidate)) {
        throw new InvalidKeyException("it has no public key");
      }
    }
    return new KeyPair(candidate, key);
  }

  private static PublicKey point(KeyFactory factory, ECParameterSpec parameters, ECPoint point)
      throws GeneralSecurityException {
    return factory.generatePublic(new ECPublicKeySpec(point, parameters));
  }

  private static BigInteger x(PrivateKey key, PublicKey generator) throws GeneralSecurityException {
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(key);
    agreement.doPhase(generator, true);
    return new BigInteger(1, agreement.generateSecret());
  }

  /** One of two: the root of the curve's equation, for a prime that is 3 modulo 4, as both are. */
  private static BigInteger y(EllipticCurve curve, BigInteger x) {
    BigInteger prime = ((ECFieldFp) curve.getField()).getP();
    BigInteger square = x.multiply(x).add(curve.getA()).multiply(x).add(curve.getB()).mod(prime);
    return square.modPow(prime.add(BigInteger.ONE).shiftRight(2), prime);
  }

  private static boolean belongTogether(PrivateKey key, PublicKey candidate)
      throws GeneralSecurityException {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(key);
    signature.update(PROBE);
    byte[] signed = signature.sign();
    signature.initVerify(candidate);
    signature.update(PROBE);
    return signature.verify(signed);
  }
}
