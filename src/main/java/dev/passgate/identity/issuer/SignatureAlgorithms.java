package dev.passgate.identity.issuer;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The signature algorithms of RFC 7518 that issuers may use: those where only the issuer can sign.
 * A MAC is none of them, for its key would have to be here too, and neither is {@code none}.
 */
final class SignatureAlgorithms {

  private static final List<JWSAlgorithm> SUPPORTED =
      List.of(
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512,
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512);

  private SignatureAlgorithms() {}

  static boolean isSupported(String name) {
    return SUPPORTED.stream().anyMatch(algorithm -> algorithm.getName().equals(name));
  }

  static String names() {
    return String.join(", ", SUPPORTED.stream().map(JWSAlgorithm::getName).toList());
  }

  /** Whether a key is one for an algorithm by its type, its curve and what it says of itself. */
  static boolean fits(JWSAlgorithm algorithm, JWK key) {
    if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
      return false;
    }
    return key instanceof ECKey ec
        ? ec.getCurve().equals(curve(algorithm))
        : KeyType.RSA.equals(key.getKeyType()) && JWSAlgorithm.Family.RSA.contains(algorithm);
  }

  /** RFC 7518, section 3.4: each of these algorithms has exactly one curve. */
  private static @Nullable Curve curve(JWSAlgorithm algorithm) {
    return switch (algorithm.getName()) {
      case "ES256" -> Curve.P_256;
      case "ES384" -> Curve.P_384;
      case "ES512" -> Curve.P_521;
      default -> null;
    };
  }
}
