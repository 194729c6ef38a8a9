package dev.passgate.identity.issuer;

import static dev.passgate.identity.issuer.Fixtures.ELLIPTIC;
import static dev.passgate.identity.issuer.Fixtures.FIRST;
import static dev.passgate.identity.issuer.Fixtures.SECOND;
import static dev.passgate.identity.issuer.Fixtures.STRANGER;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwtTokenVerifierTest {

  private static final int MAX_LENGTH = 64 * 1024;

  private final FakeTime time = new FakeTime();
  private final FakeKeySource source = new FakeKeySource().has(FIRST, SECOND);
  private final TokenCache cache = new TokenCache(100, time);
  private JwtTokenVerifier verifier = verifier(Fixtures.settings());

  private JwtTokenVerifier verifier(IssuerSettings... settings) {
    IssuerRegistry registry =
        IssuerRegistry.of(List.of(settings), one -> source, () -> {}, time.surroundings());
    return new JwtTokenVerifier(registry, cache, MAX_LENGTH);
  }

  private Verdict verify(String token) {
    return verifier.verify(token, Trail.NONE).blockOptional(Duration.ofSeconds(20)).orElseThrow();
  }

  private void assertRefused(String token, Reason reason) {
    assertThat(verify(token))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    assertThat(cache.size()).isZero();
  }

  /** Refuses it, and does not ask the issuer for anything on its behalf. */
  private void assertHopeless(String token, Reason reason) {
    assertRefused(token, reason);
    assertThat(source.fetches()).isZero();
  }

  @Test
  void acceptsGoodToken() {
    assertThat(verify(Token.good().signedBy(FIRST)))
        .isEqualTo(new Identity("acme", "alice", "s-1", Token.EXPIRY));
  }

  @Test
  void takesUserForSubjectWhereThereIsNone() {
    Token token = Token.good().withClaim("\"sub\":\"s-1\",", "");

    assertThat(verify(token.signedBy(FIRST)))
        .isEqualTo(new Identity("acme", "alice", "alice", Token.EXPIRY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt", "Application/JWT"})
  void acceptsTypesOfAccessTokens(String type) {
    assertThat(verify(Token.good().withHeader("\"JWT\"", "\"" + type + "\"").signedBy(FIRST)))
        .isInstanceOf(Identity.class);
  }

  @Test
  void acceptsTokenWithoutType() {
    assertThat(verify(Token.good().withHeader("\"typ\":\"JWT\",", "").signedBy(FIRST)))
        .isInstanceOf(Identity.class);
  }

  @Test
  void acceptsTokenThatNamesNoKey() {
    Token token = Token.good().withHeader(",\"kid\":\"first\"", "");

    assertThat(verify(token.signedBy(SECOND))).isInstanceOf(Identity.class);
    assertThat(verify(token.signedBy(STRANGER)))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.BAD_SIGNATURE));
  }

  @Test
  void acceptsOneOfSeveralAudiences() {
    Token token = Token.good().withClaim("\"aud\":\"trino\"", "\"aud\":[\"other\",\"trino\"]");

    assertThat(verify(token.signedBy(FIRST))).isInstanceOf(Identity.class);
  }

  @Test
  void acceptsFractionsOfSeconds() {
    long expiry = Token.EXPIRY.getEpochSecond();
    Token token = Token.good().withClaim("\"exp\":" + expiry, "\"exp\":" + expiry + ".75");

    assertThat(verify(token.signedBy(FIRST))).isInstanceOf(Identity.class);
  }

  @Test
  void acceptsEachConfiguredAlgorithm() {
    source.has(FIRST, ELLIPTIC);
    verifier = verifier(Fixtures.settings(JWSAlgorithm.PS512, JWSAlgorithm.ES256));
    Token token = Token.good();

    assertThat(verify(token.withHeader("RS256", "PS512").signedBy(FIRST, JWSAlgorithm.PS512)))
        .isInstanceOf(Identity.class);
    assertThat(
            verify(
                Token.good("elliptic")
                    .withHeader("RS256", "ES256")
                    .signedBy(ELLIPTIC, JWSAlgorithm.ES256)))
        .isInstanceOf(Identity.class);
  }

  @Test
  void ignoresCertificateThumbprintOfToken() {
    Token token = Token.good().withHeader("\"x5t#S256\":\"AAAA\",\"x5t\":\"AAAA\"");

    assertThat(verify(token.signedBy(FIRST))).isInstanceOf(Identity.class);
  }

  static Stream<Arguments> hopelessTokens() {
    Token good = Token.good();
    String exp = "\"exp\":" + Token.EXPIRY.getEpochSecond();
    String past = "\"exp\":" + FakeTime.START.minusSeconds(60).getEpochSecond();
    String soon = "\"nbf\":" + FakeTime.START.plusSeconds(61).getEpochSecond();
    String deep = "[".repeat(20_000) + "]".repeat(20_000);
    return Stream.of(
        Arguments.of(good.withHeader("RS256", "none"), Reason.ALGORITHM_NOT_ALLOWED),
        Arguments.of(good.withHeader("RS256", "HS256"), Reason.ALGORITHM_NOT_ALLOWED),
        Arguments.of(good.withHeader("RS256", "RS384"), Reason.ALGORITHM_NOT_ALLOWED),
        Arguments.of(good.withHeader("RS256", "rs256"), Reason.ALGORITHM_NOT_ALLOWED),
        Arguments.of(good.withHeader("RS256", "EdDSA"), Reason.ALGORITHM_NOT_ALLOWED),
        Arguments.of(good.withHeader("\"RS256\"", "null"), Reason.ALGORITHM_NOT_ALLOWED),
        Arguments.of(good.withHeader("\"crit\":[\"exp\"]"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withHeader("\"crit\":null"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withHeader("\"b64\":false"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withHeader("\"JWT\"", "\"logout+jwt\""), Reason.TYPE_NOT_ALLOWED),
        Arguments.of(good.withHeader("\"JWT\"", "\"dpop+jwt\""), Reason.TYPE_NOT_ALLOWED),
        Arguments.of(good.withHeader("\"JWT\"", "7"), Reason.TYPE_NOT_ALLOWED),
        Arguments.of(good.withHeader("\"cty\":\"JWT\""), Reason.TYPE_NOT_ALLOWED),
        Arguments.of(good.withHeader("\"alg\":\"RS256\""), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withHeader("\"kid\":\"second\""), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withHeader("\"first\"", "7"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withHeader("first", "k".repeat(257)), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withHeader("\"x\":" + deep), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("acme.example", "evil.example"), Reason.UNKNOWN_ISSUER),
        Arguments.of(good.withClaim("/main\"", "/main/\""), Reason.UNKNOWN_ISSUER),
        Arguments.of(good.withClaim("https://", "HTTPS://"), Reason.UNKNOWN_ISSUER),
        Arguments.of(
            good.withClaim("\"" + Fixtures.ISSUER + "\"", "[\"" + Fixtures.ISSUER + "\"]"),
            Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"iss\":", "\"no\":"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"s-1\"", "7"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"s-1\"", "null"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"trino\"", "\"Trino\""), Reason.AUDIENCE_MISMATCH),
        Arguments.of(good.withClaim("\"trino\"", "[]"), Reason.AUDIENCE_MISMATCH),
        Arguments.of(good.withClaim("\"trino\"", "null"), Reason.AUDIENCE_MISMATCH),
        Arguments.of(good.withClaim("\"aud\":\"trino\",", ""), Reason.AUDIENCE_MISMATCH),
        Arguments.of(good.withClaim("\"trino\"", "[\"trino\",7]"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"trino\"", "{\"trino\":1}"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim(exp, past), Reason.EXPIRED),
        Arguments.of(good.withClaim(exp, "\"exp\":0"), Reason.EXPIRED),
        Arguments.of(good.withClaim("," + exp, ""), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim(exp, "\"exp\":null"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim(exp, "\"exp\":\"2099\""), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim(exp, "\"exp\":-1"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim(exp, "\"exp\":1e999"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim(exp, "\"exp\":1e999999999"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim(exp, "\"exp\":9223372036854775807"), Reason.MALFORMED_TOKEN),
        Arguments.of(
            good.withClaim(exp, "\"exp\":18446744073709551616000"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim(exp, "\"exp\":" + "9".repeat(5000)), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim(exp, exp + "," + exp), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"preferred_username\":\"bob\""), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"\\u0073ub\":\"root\""), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"x\":{\"y\":1,\"y\":2}"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"x\":" + deep), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"x\":1}{\"y\":2"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"x\":NaN"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("'x':1"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"x\":1 /* more */"), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim("\"iat\":\"now\""), Reason.MALFORMED_TOKEN),
        Arguments.of(good.withClaim(soon), Reason.NOT_YET_VALID),
        Arguments.of(good.withClaim("\"nbf\":9223372036854775807"), Reason.MALFORMED_TOKEN));
  }

  @ParameterizedTest
  @MethodSource("hopelessTokens")
  void refusesHopelessTokenWithoutAskingForKeys(Token token, Reason reason) {
    assertHopeless(token.signedBy(FIRST), reason);
  }

  static Stream<String> hopelessTexts() {
    String good = Token.good().signedBy(FIRST);
    String[] parts = good.split("\\.", -1);
    String nested =
        Token.encode("{\"alg\":\"RS256\",\"kid\":\"first\"}") + "." + Token.encode(good);
    byte[] notUtf8 =
        ("{\"iss\":\"" + Fixtures.ISSUER + "\",\"x\":\"?\"}").getBytes(StandardCharsets.UTF_8);
    notUtf8[notUtf8.length - 3] = (byte) 0xff;
    return Stream.of(
        "",
        ".",
        "..",
        "...",
        "opaque",
        "{\"payload\":\"\"}",
        good + ".",
        "." + good,
        good + "\n",
        " " + good,
        good + "=",
        good + ", " + good,
        good + " extra",
        good.replaceFirst("\\.", ". "),
        parts[0] + "." + parts[1],
        parts[0] + "." + parts[1] + ".",
        parts[0] + ".." + parts[2],
        "." + parts[1] + "." + parts[2],
        parts[0] + "." + parts[1] + "=." + parts[2],
        parts[0] + "." + parts[1] + "." + parts[2] + "AAA",
        parts[0] + "." + parts[1] + ".+" + parts[2].substring(1),
        parts[0] + "." + parts[1] + ".\u00e9" + parts[2].substring(1),
        parts[0] + "." + Token.encode("\ufeff{}") + "." + parts[2],
        parts[0] + "." + Token.encode("[]") + "." + parts[2],
        parts[0] + "." + Token.encode("null") + "." + parts[2],
        parts[0] + "." + Token.encode(notUtf8) + "." + parts[2],
        nested + "." + Token.signature(nested, FIRST, JWSAlgorithm.RS256),
        parts[0] + ".a.b.c." + parts[2]);
  }

  @ParameterizedTest
  @MethodSource("hopelessTexts")
  void refusesWhatIsNoTokenWithoutAskingForKeys(String text) {
    assertHopeless(text, Reason.MALFORMED_TOKEN);
  }

  @Test
  void refusesStrayBitsAtTheEnd() {
    String good = Token.good().signedBy(FIRST);
    char last = good.charAt(good.length() - 1);
    assertThat(verify(good)).isInstanceOf(Identity.class);
    // 256 bytes end in a group of two characters, of which the last has four bits to spare
    String stray = good.substring(0, good.length() - 1) + (char) (last + 1);

    assertThat(verify(stray))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.MALFORMED_TOKEN));
  }

  @Test
  void refusesUnsignedToken() {
    assertHopeless(
        Token.good().withHeader("RS256", "none").unsigned(), Reason.ALGORITHM_NOT_ALLOWED);
    assertHopeless(Token.good().unsigned(), Reason.MALFORMED_TOKEN);
  }

  @Test
  void refusesMacWithThePublicKeyAsSecret() throws Exception {
    OctetSequenceKey secret =
        new OctetSequenceKey.Builder(FIRST.toRSAPublicKey().getEncoded()).build();
    Token token = Token.good().withHeader("RS256", "HS256");

    assertHopeless(token.signedBy(secret, JWSAlgorithm.HS256), Reason.ALGORITHM_NOT_ALLOWED);
  }

  @Test
  void refusesMegabyteToken() {
    Token token = Token.good().withClaim("\"x\":\"" + "x".repeat(1024 * 1024) + "\"");

    assertHopeless(token.signedBy(FIRST), Reason.MALFORMED_TOKEN);
  }

  @Test
  void acceptsTokenUpToTheLimitAndNoLonger() {
    Token padded = Token.good().withClaim("\"x\":\"" + "x".repeat(40_000) + "\"");
    String token = padded.signedBy(FIRST);
    IssuerRegistry registry =
        IssuerRegistry.of(
            List.of(Fixtures.settings()), one -> source, () -> {}, time.surroundings());
    verifier = new JwtTokenVerifier(registry, cache, token.length());
    assertThat(verify(token)).isInstanceOf(Identity.class);

    verifier = new JwtTokenVerifier(registry, cache, token.length() - 1);
    assertThat(verify(token))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.detail()).contains(String.valueOf(token.length() - 1)));
  }

  @Test
  void refusesSignatureOfAStranger() {
    assertRefused(Token.good().signedBy(STRANGER), Reason.BAD_SIGNATURE);
  }

  @Test
  void refusesChangedPayload() {
    String[] signed = Token.good().signedBy(FIRST).split("\\.", -1);
    String[] other = Token.good().withClaim("alice", "admin").signedBy(STRANGER).split("\\.", -1);

    assertRefused(signed[0] + "." + other[1] + "." + signed[2], Reason.BAD_SIGNATURE);
  }

  @Test
  void refusesShortAndZeroSignatures() {
    source.has(FIRST, ELLIPTIC);
    verifier = verifier(Fixtures.settings(JWSAlgorithm.RS256, JWSAlgorithm.ES256));
    String rsa = Token.good().unsigned();
    String ec = Token.good("elliptic").withHeader("RS256", "ES256").unsigned();

    assertRefused(rsa + Token.encode(new byte[1]), Reason.BAD_SIGNATURE);
    assertRefused(rsa + Token.encode(new byte[256]), Reason.BAD_SIGNATURE);
    assertRefused(ec + Token.encode(new byte[64]), Reason.BAD_SIGNATURE);
    assertRefused(ec + Token.encode(new byte[7]), Reason.BAD_SIGNATURE);
  }

  @Test
  void ignoresKeyThatComesWithTheToken() {
    String key = STRANGER.toPublicJWK().toJSONString();
    Token token = Token.good().withHeader("\"jwk\":" + key);

    assertRefused(token.signedBy(STRANGER), Reason.BAD_SIGNATURE);
  }

  @Test
  void ignoresWhereATokenSaysThatItsKeysAre() throws Exception {
    try (KeyServer elsewhere = new KeyServer()) {
      Token token =
          Token.good()
              .withHeader(
                  "\"jku\":\"%s\",\"x5u\":\"%s\""
                      .formatted(elsewhere.uri("/keys"), elsewhere.uri("/certificate")));

      assertRefused(token.signedBy(STRANGER), Reason.BAD_SIGNATURE);
      assertThat(elsewhere.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../../dev/null",
        "x' UNION SELECT 'key",
        "http://127.0.0.1/keys",
        "| whoami",
        "first ",
        "First",
        "\\u0000"
      })
  void takesKeyIdForNothingButAName(String kid) {
    assertRefused(Token.good(kid).signedBy(STRANGER), Reason.UNKNOWN_KEY);
  }

  @Test
  void refusesTokenSignedWithAnotherIssuersKey() {
    FakeKeySource others = new FakeKeySource().has(STRANGER);
    IssuerSettings other =
        Fixtures.settings(
            "other", "https://other.example", null, Set.of(JWSAlgorithm.RS256), Fixtures.KEYS);
    IssuerRegistry registry =
        IssuerRegistry.of(
            List.of(Fixtures.settings(), other),
            one -> one.name().equals("other") ? others : source,
            () -> {},
            time.surroundings());
    verifier = new JwtTokenVerifier(registry, cache, MAX_LENGTH);

    assertRefused(Token.good().signedBy(STRANGER), Reason.BAD_SIGNATURE);
    assertThat(others.fetches()).isZero();
    assertThat(
            verify(
                Token.good()
                    .withClaim(Fixtures.ISSUER, "https://other.example")
                    .signedBy(STRANGER)))
        .isEqualTo(new Identity("other", "alice", "s-1", Token.EXPIRY));
  }

  @Test
  void honoursClockSkew() {
    String token = Token.good().signedBy(FIRST);
    time.pass(Duration.ofSeconds(359));
    assertThat(verify(token)).isInstanceOf(Identity.class);

    time.pass(Duration.ofSeconds(1));
    assertThat(verify(token))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.EXPIRED));
  }

  @Test
  void refusesTokenThatExpiresWhileItWaitsForKeys() {
    var slow = source.isSlow();
    Token token =
        Token.good()
            .withClaim(
                "\"exp\":" + Token.EXPIRY.getEpochSecond(),
                "\"exp\":" + FakeTime.START.minusSeconds(57).getEpochSecond());
    List<Verdict> verdicts = new ArrayList<>();
    verifier.verify(token.signedBy(FIRST), Trail.NONE).subscribe(verdicts::add);
    time.pass(Duration.ofSeconds(4));
    slow.tryEmitValue(FakeKeySource.keySet(FIRST));

    assertThat(verdicts)
        .singleElement()
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.EXPIRED));
  }

  @Test
  void refusesGoodTokenThatNamesNoUser() {
    assertRefused(
        Token.good().withClaim("\"alice\"", "\"alice,root\"").signedBy(FIRST), Reason.NO_USER);
    assertRefused(Token.good().withClaim("\"alice\"", "null").signedBy(FIRST), Reason.NO_USER);
  }

  @Test
  void asksToComeAgainWhileProviderIsDown() {
    source.isDown();

    assertThat(verify(Token.good().signedBy(FIRST)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> {
              assertThat(refusal.reason()).isEqualTo(Reason.KEYS_UNAVAILABLE);
              assertThat(refusal.retryAfter()).isEqualTo(Fixtures.KEYS.minRefetchInterval());
              assertThat(refusal.issuer()).isEqualTo("acme");
            });
  }

  @Test
  void verifiesATokenOnce() {
    String token = Token.good().signedBy(FIRST);
    verify(token);

    Verdict first = verify(token);
    assertThat(first).isInstanceOf(Identity.class);
    assertThat(verify(token)).isSameAs(first);
  }

  @Test
  void verifiesAgainWithNewKeysAndRefusesWithdrawnOnes() {
    String token = Token.good().signedBy(FIRST);
    verify(token);
    assertThat(verify(token)).isInstanceOf(Identity.class);

    source.has(STRANGER);
    time.pass(Fixtures.KEYS.minRefetchInterval());
    verify(Token.good("other").signedBy(FIRST));

    assertThat(verify(token))
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(Reason.BAD_SIGNATURE));
  }

  @Test
  void makesAnAnswerOfAMistakeOfOurs() {
    IssuerRegistry registry =
        IssuerRegistry.of(
            List.of(Fixtures.settings()), one -> source, () -> {}, time.surroundings());
    TokenCache broken =
        new TokenCache(
            1,
            () -> {
              throw new IllegalStateException("a mistake");
            });
    verify(Token.good().signedBy(FIRST));
    registry.issuers().forEach(issuer -> ((TrustedIssuer) issuer).keys().refresh().block());
    verifier = new JwtTokenVerifier(registry, broken, MAX_LENGTH);

    assertThat(verify(Token.good().signedBy(FIRST)))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.INTERNAL_ERROR));
  }

  @Test
  void neverQuotesWhatATokenSays() {
    Token token =
        Token.good()
            .withHeader("\"JWT\"", "\"<script>\"")
            .withClaim("alice", "<script>")
            .withClaim("/main", "/<script>");
    for (Token one :
        List.of(
            token,
            token.withHeader("<script>", "JWT"),
            Token.good("<script>"),
            Token.good().withClaim("alice", "<script>,"))) {
      assertThat(verify(one.signedBy(FIRST)).toString()).doesNotContain("<script>");
    }
  }
}
