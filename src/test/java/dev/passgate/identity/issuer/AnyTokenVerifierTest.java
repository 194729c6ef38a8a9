package dev.passgate.identity.issuer;

import static dev.passgate.identity.issuer.Fixtures.FIRST;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.introspection.Introspection;
import dev.passgate.identity.introspection.Introspection.Active;
import dev.passgate.identity.introspection.Introspection.Inactive;
import dev.passgate.identity.introspection.Introspection.Overloaded;
import dev.passgate.identity.introspection.Introspection.Unavailable;
import dev.passgate.identity.introspection.IntrospectionProperties;
import dev.passgate.identity.introspection.IntrospectionSettings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class AnyTokenVerifierTest {

  private static final int MAX_LENGTH = 1024;
  private static final Instant EXPIRY = FakeTime.START.plusSeconds(300);

  private record Question(URI uri, String token) {}

  private final FakeTime time = new FakeTime();
  private final FakeKeySource source = new FakeKeySource().has(FIRST);
  private final TokenCache cache = new TokenCache(100, time);
  private final List<Question> asked = new ArrayList<>();
  private final Map<String, Object> claims = new HashMap<>();
  private @Nullable Introspection answer;
  private AnyTokenVerifier verifier = verifier(issuer("acme", "opaque", null, true));

  @BeforeEach
  void answerForAlice() {
    claims.put("active", true);
    claims.put("sub", "s-1");
    claims.put("username", "alice");
    claims.put("preferred_username", "alice");
    claims.put("aud", "trino");
    claims.put("exp", EXPIRY.getEpochSecond());
  }

  private AnyTokenVerifier verifier(IssuerSettings... settings) {
    OpaqueTokens.check(List.of(settings));
    IssuerRegistry registry =
        IssuerRegistry.of(
            List.of(settings),
            one -> source,
            () -> {},
            time.surroundings(
                (uri, client, token) -> {
                  asked.add(new Question(uri, token));
                  return Mono.just(answer == null ? new Active(claims) : answer);
                }));
    return new AnyTokenVerifier(
        new JwtTokenVerifier(registry, cache, MAX_LENGTH),
        registry.opaqueTokens(),
        cache,
        MAX_LENGTH);
  }

  private static IssuerSettings issuer(
      String name, String tokens, @Nullable String prefix, boolean requireAudience) {
    return issuer(name, tokens, prefix, requireAudience, Restrictions.none(name));
  }

  private static IssuerSettings issuer(
      String name,
      String tokens,
      @Nullable String prefix,
      boolean requireAudience,
      Restrictions restrictions) {
    IssuerSettings settings =
        Fixtures.settings(
            name,
            name.equals("acme") ? Fixtures.ISSUER : "https://" + name + ".example",
            null,
            Set.of(JWSAlgorithm.RS256),
            Fixtures.KEYS);
    URI uri = URI.create("https://" + name + ".example/introspect");
    return new IssuerSettings(
        settings.name(),
        settings.issuerUri(),
        settings.jwkSetUri(),
        settings.audiences(),
        settings.algorithms(),
        settings.clockSkew(),
        settings.tokenUri(),
        settings.tokenGrants(),
        settings.user(),
        settings.groups(),
        settings.grants(),
        restrictions,
        settings.routes(),
        settings.keys(),
        IntrospectionSettings.of(
            "test",
            new IntrospectionProperties(
                uri.toString(),
                "passgate",
                "secret",
                null,
                tokens,
                prefix,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                64,
                requireAudience),
            uri));
  }

  private Verdict verify(String token) {
    return verify(token, Trail.NONE);
  }

  private Verdict verify(String token, Trail trail) {
    return verifier.verify(token, trail).blockOptional(Duration.ofSeconds(20)).orElseThrow();
  }

  private void assertRefused(String token, Reason reason) {
    assertThat(verify(token))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
  }

  @Test
  void isWhoTheIssuerSays() {
    List<Check> passed = new ArrayList<>();

    assertThat(verify("opaque", passed::add))
        .isEqualTo(new Identity("acme", "alice", "s-1", EXPIRY));
    assertThat(passed)
        .containsExactly(
            Check.ISSUER,
            Check.INTROSPECTION,
            Check.EXPIRY,
            Check.NOT_BEFORE,
            Check.AUDIENCE,
            Check.USER,
            Check.GRANTS);
    assertThat(asked)
        .containsExactly(new Question(URI.create("https://acme.example/introspect"), "opaque"));
  }

  @ParameterizedTest
  @CsvSource({
    "iss, https://other.example, UNKNOWN_ISSUER",
    "aud, other, AUDIENCE_MISMATCH",
    "token_type, DPoP, TYPE_NOT_ALLOWED",
    "token_type, Refresh, TYPE_NOT_ALLOWED",
    "preferred_username, 'alice,root', NO_USER",
    "exp, soon, PROVIDER_UNAVAILABLE",
    "nbf, soon, PROVIDER_UNAVAILABLE",
    "iss, '', PROVIDER_UNAVAILABLE"
  })
  void refusesWhatAnAnswerDoesNotAllow(String claim, String value, Reason reason) {
    claims.put(claim, value);

    assertRefused("opaque", reason);
    assertThat(cache.size()).isZero();
  }

  @Test
  void refusesAnAnswerWhoseAudienceIsNoText() {
    claims.put("aud", List.of("trino", 1L));

    assertRefused("opaque", Reason.PROVIDER_UNAVAILABLE);
  }

  @Test
  void takesAnIssuerAndATypeThatAreRight() {
    claims.put("iss", Fixtures.ISSUER);
    claims.put("token_type", "bearer");
    claims.put("aud", List.of("other", "trino"));

    assertThat(verify("opaque")).isInstanceOf(Identity.class);
  }

  @Test
  void refusesWhatIsNotForNow() {
    claims.put("exp", FakeTime.START.getEpochSecond() - 60);
    assertRefused("expired", Reason.EXPIRED);
    claims.put("exp", EXPIRY.getEpochSecond());
    claims.put("nbf", FakeTime.START.getEpochSecond() + 61);
    assertRefused("early", Reason.NOT_YET_VALID);
  }

  @Test
  @SuppressWarnings("NullAway") // a null of JSON
  void asksForAnAudienceUnlessToldOtherwise() {
    claims.remove("aud");
    assertRefused("opaque", Reason.AUDIENCE_MISMATCH);

    verifier = verifier(issuer("acme", "opaque", null, false));
    assertThat(verify("another")).isInstanceOf(Identity.class);
    claims.put("aud", "other");
    assertRefused("third", Reason.AUDIENCE_MISMATCH);
    claims.put("aud", List.of());
    assertRefused("fourth", Reason.AUDIENCE_MISMATCH);
    claims.put("aud", null);
    assertRefused("fifth", Reason.AUDIENCE_MISMATCH);
  }

  @ParameterizedTest
  @CsvSource({"-300, 300", "0, 601", ", 300", "0, ", "61, 300"})
  void refusesATokenThatIsGoodForTooLongOrNobodyKnowsHowLong(
      @Nullable Integer issued, @Nullable Integer expires) {
    verifier = verifier(issuer("acme", "opaque", null, true, goodFor(Duration.ofSeconds(599))));
    claims.remove("exp");
    if (issued != null) {
      claims.put("iat", FakeTime.START.getEpochSecond() + issued);
    }
    if (expires != null) {
      claims.put("exp", FakeTime.START.getEpochSecond() + expires);
    }

    assertRefused("opaque", Reason.LIFETIME_TOO_LONG);
  }

  @Test
  void takesATokenThatIsNotGoodForTooLong() {
    verifier = verifier(issuer("acme", "opaque", null, true, goodFor(Duration.ofMinutes(5))));
    claims.put("iat", FakeTime.START.getEpochSecond());
    List<Check> passed = new ArrayList<>();

    assertThat(verify("opaque", passed::add)).isInstanceOf(Identity.class);
    assertThat(passed).containsSequence(Check.AUDIENCE, Check.LIFETIME, Check.USER);
  }

  private static Restrictions goodFor(Duration maxLifetime) {
    return new Restrictions("acme", maxLifetime, null, List.of(), Set.of(), null);
  }

  @Test
  void holdsAsLongAsTheAnswerWhereItTellsNoEnd() {
    claims.remove("exp");

    assertThat(verify("opaque"))
        .isEqualTo(new Identity("acme", "alice", "s-1", FakeTime.START.plusSeconds(30)));
  }

  @Test
  void remembersAGoodTokenForTheConfiguredTime() {
    verify("opaque");
    time.pass(Duration.ofMillis(29_999));
    verify("opaque");
    assertThat(asked).hasSize(1);

    time.pass(Duration.ofMillis(1));
    answer = new Inactive();

    assertRefused("opaque", Reason.INACTIVE_TOKEN);
    assertThat(asked).hasSize(2);
  }

  @Test
  void remembersAGoodTokenNoLongerThanItHolds() {
    claims.put("exp", FakeTime.START.getEpochSecond() + 10);
    verify("opaque");
    time.pass(Duration.ofSeconds(10));
    answer = new Inactive();

    assertRefused("opaque", Reason.INACTIVE_TOKEN);
  }

  @Test
  void remembersARefusalForAMoment() {
    answer = new Inactive();
    assertRefused("opaque", Reason.INACTIVE_TOKEN);
    answer = null;
    time.pass(Duration.ofMillis(9_999));
    assertRefused("opaque", Reason.INACTIVE_TOKEN);
    assertThat(asked).hasSize(1);

    time.pass(Duration.ofMillis(1));

    assertThat(verify("opaque")).isInstanceOf(Identity.class);
  }

  @Test
  void remembersNothingForWhoWantsToSeeEveryCheck() {
    List<Check> passed = new ArrayList<>();
    verify("opaque");
    verify("opaque", passed::add);
    assertThat(asked).hasSize(2);
    assertThat(passed).contains(Check.INTROSPECTION);

    answer = new Inactive();
    assertThat(verify("opaque", passed::add)).isInstanceOf(Refusal.class);
  }

  @Test
  void neitherLetsInNorRefusesForGoodWhileThereIsNoAnswer() {
    answer = new Unavailable("down");
    assertRefused("opaque", Reason.PROVIDER_UNAVAILABLE);
    answer = new Overloaded();
    assertRefused("opaque", Reason.OVERLOADED);
    answer = null;

    assertThat(verify("opaque")).isInstanceOf(Identity.class);
  }

  @Test
  void floodOfRandomTokensGrowsNoMemoryAndLeavesGoodOnesRemembered() {
    verify("good");
    answer = new Inactive();
    for (int i = 0; i < 12_000; i++) {
      assertRefused("random-" + i, Reason.INACTIVE_TOKEN);
    }

    assertThat(verify("good")).isInstanceOf(Identity.class);
    assertThat(cache.size()).isEqualTo(1);
  }

  @Test
  void asksNobodyAboutTokensThatAreNobodys() {
    verifier = verifier(issuer("acme", "opaque", "acme_", true));

    assertRefused("globex_1", Reason.MALFORMED_TOKEN);
    assertRefused("acme", Reason.MALFORMED_TOKEN);
    assertRefused("acme_", Reason.MALFORMED_TOKEN);
    assertRefused("acme_" + "x".repeat(MAX_LENGTH), Reason.MALFORMED_TOKEN);
    assertThat(asked).isEmpty();
    assertThat(verify("acme_1")).isInstanceOf(Identity.class);
  }

  @Test
  void asksOnlyTheIssuerWhoseTokenItIs() {
    verifier =
        verifier(
            issuer("acme", "opaque", "at_a", true),
            issuer("globex", "opaque", "at_g", true),
            issuer("others", "opaque", null, true));

    for (String token : List.of("at_a1", "at_g1", "at_b1", "zzz", "0")) {
      verify(token);
    }

    assertThat(asked.stream().map(question -> question.uri().getHost()))
        .containsExactly(
            "acme.example", "globex.example", "others.example", "others.example", "others.example");
  }

  @Test
  void asksNobodyAboutWhatIsMeantToBeAJwt() {
    String good = Token.good().signedBy(FIRST);
    assertThat(verify(good)).isInstanceOf(Identity.class);
    List<String> broken =
        List.of(
            good + "!",
            good + ".junk",
            good + "==",
            good.substring(0, good.length() - 20),
            good.substring(0, good.lastIndexOf('.') + 1),
            "eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d",
            "eyAiYWxnIjogIm5vbmUifQ.e30.",
            "IHsiYWxnIjoibm9uZSJ9.e30.",
            "ewoiYWxnIjoibm9uZSJ9.x.y");
    for (String token : broken) {
      assertThat(verify(token)).as(token).isInstanceOf(Refusal.class);
    }
    assertThat(asked).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "opaque",
        "eyJhbGciOiJSUzI1NiJ9",
        "eyJhbGciOiJSUzI1NiJ9.one-dot",
        "a.b.c",
        "..",
        "ya29.a0Af.b",
        "e.y.J"
      })
  void asksAboutWhatIsNone(String token) {
    assertThat(verify(token)).isInstanceOf(Identity.class);
    assertThat(asked).hasSize(1);
  }

  @Test
  void asksAboutJwtsTooWhereTheyCanBeTakenBack() {
    verifier = verifier(issuer("acme", "all", null, true));
    String token = Token.good().signedBy(FIRST);
    List<Check> passed = new ArrayList<>();

    assertThat(verify(token, passed::add)).isInstanceOf(Identity.class);
    assertThat(passed).contains(Check.SIGNATURE, Check.INTROSPECTION, Check.USER);
    assertThat(verify(token)).isInstanceOf(Identity.class);
    assertThat(verify(token)).isInstanceOf(Identity.class);
    assertThat(asked).hasSize(2);

    time.pass(Duration.ofSeconds(30));
    answer = new Unavailable("down");
    assertRefused(token, Reason.PROVIDER_UNAVAILABLE);
    answer = new Inactive();
    assertRefused(token, Reason.INACTIVE_TOKEN);
    assertRefused(token, Reason.INACTIVE_TOKEN);
    assertThat(asked).hasSize(4);
  }

  @Test
  void asksAboutNoJwtThatIsRefusedAnyway() {
    verifier = verifier(issuer("acme", "all", null, true));

    assertRefused(Token.good().signedBy(Fixtures.STRANGER), Reason.BAD_SIGNATURE);
    assertRefused(
        Token.good().withClaim("\"aud\":\"trino\"", "\"aud\":\"x\"").signedBy(FIRST),
        Reason.AUDIENCE_MISMATCH);
    assertThat(asked).isEmpty();
  }

  @Test
  void refusesAJwtOfWhichTheAnswerTellsAnotherIssuer() {
    verifier = verifier(issuer("acme", "all", null, true));
    claims.put("iss", "https://other.example");

    assertRefused(Token.good().signedBy(FIRST), Reason.UNKNOWN_ISSUER);
  }

  @Test
  void findsTheIssuerAmongMany() {
    IssuerSettings[] many = new IssuerSettings[200];
    for (int i = 0; i < many.length; i++) {
      many[i] = issuer("i" + i, "opaque", "p" + i + "_", true);
    }
    verifier = verifier(many);

    verify("p17_x");

    assertThat(Objects.requireNonNull(asked.getFirst()).uri().getHost()).isEqualTo("i17.example");
  }
}
