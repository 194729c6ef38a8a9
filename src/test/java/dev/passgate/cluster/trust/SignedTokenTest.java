package dev.passgate.cluster.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SignedTokenTest {

  private static final Instant START = Instant.parse("2026-05-01T12:00:00.750Z");

  private static final int MAX_USERS = 100;

  private final SigningKey key = Keys.signing();
  private Instant now = START;

  private SignedToken trust(JwtSettings settings, SigningKey... keys) {
    return new SignedToken(TrinoKeys.of(List.of(keys)), settings, "main", () -> now, MAX_USERS);
  }

  private static JwtSettings lasting(Duration lifetime) {
    return new JwtSettings("passgate", null, lifetime, null);
  }

  private static SignedJWT token(String authorization) throws ParseException {
    assertThat(authorization).startsWith("Bearer ");
    return SignedJWT.parse(authorization.substring("Bearer ".length()));
  }

  @Test
  void saysWhoAndForWhomAndHowLongAndNothingElse() throws Exception {
    SignedJWT token = token(trust(JwtSettings.DEFAULT, key).authorization("alice"));

    long issuedAt = START.getEpochSecond();
    assertThat(token.getPayload().toJSONObject())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "iss", "passgate",
                "sub", "alice",
                "aud", "main",
                "iat", issuedAt,
                "exp", issuedAt + 60));
    assertThat(token.getHeader().getKeyID()).isEqualTo(key.id());
    assertThat(token.verify(new ECDSAVerifier((ECKey) key.published()))).isTrue();
  }

  @Test
  void saysWhatIsConfigured() throws Exception {
    JwtSettings settings =
        new JwtSettings("gate", "trino-eu", Duration.ofMinutes(10), "svc-passgate");

    SignedJWT token = token(trust(settings, key).authorization("alice"));

    assertThat(token.getPayload().toJSONObject())
        .containsEntry("iss", "gate")
        .containsEntry("aud", "trino-eu")
        .containsEntry("sub", "svc-passgate")
        .containsEntry("exp", START.getEpochSecond() + 600);
  }

  @Test
  void isTheSameForAUserForHalfItsLife() {
    SignedToken trust = trust(JwtSettings.DEFAULT, key);
    String first = trust.authorization("alice");

    now = START.plusSeconds(29);
    assertThat(trust.authorization("alice")).isEqualTo(first);

    now = START.plusSeconds(30);
    assertThat(trust.authorization("alice")).isNotEqualTo(first);
  }

  @Test
  void isAnotherForEveryUser() throws ParseException {
    SignedToken trust = trust(JwtSettings.DEFAULT, key);

    assertThat(token(trust.authorization("alice")).getJWTClaimsSet().getSubject())
        .isEqualTo("alice");
    assertThat(token(trust.authorization("Alice")).getJWTClaimsSet().getSubject())
        .isEqualTo("Alice");
    assertThat(token(trust.authorization("bob")).getJWTClaimsSet().getSubject()).isEqualTo("bob");
  }

  @Test
  void isOneForAllWithAPrincipal() {
    SignedToken trust =
        trust(new JwtSettings("passgate", null, Duration.ofMinutes(1), "passgate"), key);

    assertThat(trust.authorization("alice")).isEqualTo(trust.authorization("bob"));
    assertThat(trust.size()).isOne();
  }

  @Test
  void isSignedAnewWhenTheSigningKeyChanges() throws ParseException {
    SigningKey next = Keys.signing();
    List<SigningKey> current = new ArrayList<>(List.of(key, next));
    SignedToken trust =
        new SignedToken(TrinoKeys.of(current), JwtSettings.DEFAULT, "main", () -> now, MAX_USERS);
    assertThat(token(trust.authorization("alice")).getHeader().getKeyID()).isEqualTo(key.id());

    current.removeFirst();

    assertThat(token(trust.authorization("alice")).getHeader().getKeyID()).isEqualTo(next.id());
  }

  @Test
  void remembersNoMoreUsersThanItSays() {
    SignedToken trust = trust(lasting(Duration.ofMinutes(10)), key);

    for (int i = 0; i < 3 * MAX_USERS; i++) {
      trust.authorization("user" + i);
    }

    assertThat(trust.size()).isLessThanOrEqualTo(MAX_USERS);
  }

  @Test
  void showsNoTokenInText() {
    SignedToken trust = trust(JwtSettings.DEFAULT, key);
    trust.authorization("alice");

    assertThat(trust).hasToString("SignedToken[issuer=passgate, audience=main]");
  }
}
