package dev.passgate.identity.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.passgate.identity.issuer.IssuersProperties.KeysProperties;
import dev.passgate.identity.mapping.GrantProperties;
import dev.passgate.identity.mapping.GroupsProperties;
import dev.passgate.identity.mapping.UserMapping;
import dev.passgate.identity.mapping.UserMappingProperties;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Issuers and keys that tests use. Keys are made once: making them takes its time. */
final class Fixtures {

  static final String ISSUER = "https://idp.acme.example/realms/main";
  static final KeysProperties KEYS =
      new KeysProperties(
          Duration.ofMinutes(5),
          Duration.ofHours(24),
          Duration.ofSeconds(5),
          Duration.ofSeconds(5),
          1000);

  static final RSAKey FIRST = rsa("first");
  static final RSAKey SECOND = rsa("second");

  /** Of somebody who is not the issuer, and names it as the issuer does. */
  static final RSAKey STRANGER = rsa("first");

  static final ECKey ELLIPTIC = ec("elliptic");

  private Fixtures() {}

  static IssuerSettings settings() {
    return settings("acme", ISSUER, null, Set.of(JWSAlgorithm.RS256), KEYS);
  }

  static IssuerSettings settings(KeysProperties keys) {
    return settings("acme", ISSUER, null, Set.of(JWSAlgorithm.RS256), keys);
  }

  static IssuerSettings settings(JWSAlgorithm... algorithms) {
    return settings("acme", ISSUER, null, Set.of(algorithms), KEYS);
  }

  static IssuerSettings settings(
      String name,
      String issuerUri,
      @Nullable URI jwkSetUri,
      Set<JWSAlgorithm> algorithms,
      KeysProperties keys) {
    return new IssuerSettings(
        name,
        issuerUri,
        jwkSetUri,
        Set.of("trino"),
        algorithms,
        Duration.ofSeconds(60),
        null,
        Set.of("client_credentials"),
        mapping(),
        new GroupsProperties(null).compile(Fixtures::complaint),
        new GrantProperties(
                new GrantProperties.Roles(null, Map.of()),
                new GrantProperties.ClientTags(null, null, null),
                new GrantProperties.ExtraCredentials(null, Map.of(), null))
            .compile(Fixtures::complaint),
        Restrictions.none(name),
        Set.of(),
        keys,
        null);
  }

  private static UserMapping mapping() {
    return new UserMappingProperties(
            List.of("preferred_username", "email", "sub"), null, null, null, "", null)
        .compile(Fixtures::complaint);
  }

  private static IllegalArgumentException complaint(String key, Object value, String expected) {
    return new IllegalArgumentException(key);
  }

  static RSAKey rsa(String kid) {
    try {
      return new RSAKeyGenerator(2048).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static ECKey ec(String kid) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
