package dev.passgate.identity.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.proc.JWKSecurityContext;
import java.security.Key;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.oauth2.server.resource.authentication.JwtReactiveAuthenticationManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Spring Security's verification of one issuer's tokens, over keys and rules that are ours. */
final class JwtAuthentication {

  private JwtAuthentication() {}

  /**
   * The manager that verifies signatures with the issuer's keys and then asks the rules. It does so
   * on the calling thread, which an RSA signature occupies for some 50 microseconds.
   */
  static ReactiveAuthenticationManager manager(
      IssuerSettings settings, IssuerKeys keys, ClaimRules rules) {
    NimbusReactiveJwtDecoder decoder =
        NimbusReactiveJwtDecoder.withJwkSource(
                jwt ->
                    keys.find(jwt.getHeader().getAlgorithm(), jwt.getHeader().getKeyID())
                        .flatMapMany(Flux::fromIterable))
            .jwtProcessorCustomizer(
                processor ->
                    processor.setJWSKeySelector(
                        (header, context) -> select(settings, header, context)))
            .build();
    decoder.setJwtValidator(rules);
    decoder.setClaimSetConverter(JwtAuthentication::withInstants);
    JwtReactiveAuthenticationManager manager = new JwtReactiveAuthenticationManager(decoder);
    manager.setJwtAuthenticationConverter(jwt -> Mono.just(new JwtAuthenticationToken(jwt)));
    return manager;
  }

  /**
   * All the keys that {@link IssuerKeys} found. Nimbus's own selector serves one algorithm, and
   * leaves out keys that do not have the certificate thumbprint that a token's header asks for,
   * which is nothing that a token has to say.
   */
  private static List<Key> select(
      IssuerSettings settings, JWSHeader header, JWKSecurityContext context)
      throws KeySourceException {
    List<Key> selected = new ArrayList<>();
    for (JWK key : context.getKeys()) {
      if (settings.algorithms().contains(header.getAlgorithm())
          && SignatureAlgorithms.fits(header.getAlgorithm(), key)
          && key instanceof AsymmetricJWK asymmetric) {
        selected.add(publicKey(asymmetric));
      }
    }
    return selected;
  }

  private static Key publicKey(AsymmetricJWK key) throws KeySourceException {
    try {
      return key.toPublicKey();
    } catch (JOSEException e) {
      throw new KeySourceException("not a public key", e);
    }
  }

  /**
   * The claims as they are, with times as Spring Security wants them. Its own converter also makes
   * a URL of the issuer and back, which another issuer's name may survive as ours.
   */
  private static Map<String, Object> withInstants(Map<String, Object> claims) {
    Map<String, Object> converted = new LinkedHashMap<>(claims);
    converted.replaceAll((name, value) -> value instanceof Date date ? date.toInstant() : value);
    return converted;
  }
}
