package dev.passgate.identity.issuer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import dev.passgate.identity.json.StrictJson;
import dev.passgate.identity.json.StrictJson.NotStrictJson;
import java.math.BigInteger;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a JWK set (RFC 7517) that can verify signatures: public, asymmetric, strong enough.
 *
 * @param keys at least one and at most {@value #MAX_KEYS}, reduced to what verification needs
 */
record KeySet(List<JWK> keys) {

  /** A hundred times what issuers have. */
  static final int MAX_KEYS = 100;

  /** What is read of a key. Neither private parts nor certificates, nor where they might be had. */
  private static final Set<String> MEMBERS =
      Set.of("kty", "use", "key_ops", "alg", "kid", "n", "e", "crv", "x", "y");

  /** ES256, ES384, ES512. */
  private static final Set<Curve> CURVES = Set.of(Curve.P_256, Curve.P_384, Curve.P_521);

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 16_384;

  KeySet {
    keys = List.copyOf(keys);
    if (keys.isEmpty() || keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException("a key set has 1 to " + MAX_KEYS + " keys");
    }
  }

  /**
   * Reads a JWK set. Keys of no use are left out, so that an issuer may have keys for other things.
   *
   * @throws ProviderException where it is none, or no key of it is of use
   */
  static KeySet parse(byte[] json) throws ProviderException {
    List<JWK> usable = entries(json).stream().map(KeySet::read).filter(Objects::nonNull).toList();
    if (usable.isEmpty()) {
      throw new ProviderException("the key set has no public key for signatures");
    }
    return new KeySet(usable.subList(0, Math.min(usable.size(), MAX_KEYS)));
  }

  private static List<?> entries(byte[] json) throws ProviderException {
    try {
      if (StrictJson.object(json).get("keys") instanceof List<?> entries) {
        return entries;
      }
      throw new ProviderException("the key set has no list of keys");
    } catch (NotStrictJson e) {
      throw new ProviderException("the key set is no proper JSON object");
    }
  }

  private static @Nullable JWK read(Object entry) {
    if (!(entry instanceof Map<?, ?> members)) {
      return null;
    }
    Map<String, Object> relevant = new LinkedHashMap<>();
    members.forEach(
        (name, value) -> {
          if (value != null && MEMBERS.contains(name)) {
            relevant.put((String) name, value);
          }
        });
    try {
      JWK key = JWK.parse(relevant);
      return isForSignatures(key) && isStrong(key) ? key : null;
    } catch (ParseException | IllegalArgumentException | IllegalStateException e) {
      return null;
    }
  }

  private static boolean isForSignatures(JWK key) {
    return (key.getKeyUse() == null || KeyUse.SIGNATURE.equals(key.getKeyUse()))
        && (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY))
        && (key.getAlgorithm() == null
            || SignatureAlgorithms.isSupported(key.getAlgorithm().getName()))
        && (key.getKeyID() == null || key.getKeyID().length() <= UnverifiedToken.MAX_KEY_ID_LENGTH);
  }

  /** With an exponent of 1 every text is its own signature. */
  private static boolean isStrong(JWK key) {
    return switch (key) {
      case RSAKey rsa -> {
        BigInteger modulus = rsa.getModulus().decodeToBigInteger();
        BigInteger exponent = rsa.getPublicExponent().decodeToBigInteger();
        yield modulus.bitLength() >= MIN_RSA_BITS
            && modulus.bitLength() <= MAX_RSA_BITS
            && !RocaFingerprint.matches(modulus)
            && exponent.testBit(0)
            && exponent.bitLength() > 1
            && exponent.bitLength() <= Long.SIZE;
      }
      case ECKey ec -> CURVES.contains(ec.getCurve());
      default -> false;
    };
  }

  /** Whether a token that names this key, or none, can be decided on with these keys. */
  boolean knows(@Nullable String kid) {
    return kid == null || keys.stream().anyMatch(key -> kid.equals(key.getKeyID()));
  }

  /** The keys that a token with this header may be signed with; every one where it names none. */
  List<JWK> candidates(JWSAlgorithm algorithm, @Nullable String kid) {
    return keys.stream()
        .filter(key -> kid == null || kid.equals(key.getKeyID()))
        .filter(key -> SignatureAlgorithms.fits(algorithm, key))
        .toList();
  }
}
