package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.Endpoint;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.issuer.TokenBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Good tokens that an issuer's settings do not let in, and those that they do. */
class RestrictionIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String ACME = "passgate.issuers.acme.";

  private static LocalIssuer issuer;
  private static LocalIssuer viewer;
  private static RecordingOrigin origin;
  private static Path folder;
  private static Path denyList;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws IOException {
    issuer = LocalIssuer.start("acme");
    viewer = LocalIssuer.start("viewer");
    origin = RecordingOrigin.start();
    folder = TemporaryFolder.create("restrictions");
    denyList = Files.writeString(folder.resolve("deny.json"), "{\"jti\":[\"withdrawn\"]}");
    gateway =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .trust(viewer)
            .with(ACME + "required-claims[realm_access.roles]", "trino,admin")
            .with(ACME + "required-claims.email_verified", "true")
            .with(ACME + "required-scopes", "query,read")
            .with(ACME + "max-lifetime", "10m")
            .with(ACME + "allowed-users", "al.*,bob")
            .with(ACME + "deny-list", denyList)
            .with("passgate.issuers.viewer.routes", "ui,query")
            .start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    origin.close();
    issuer.close();
    viewer.close();
    TemporaryFolder.delete(folder);
  }

  @BeforeEach
  void reset() {
    origin.reset();
  }

  private static TokenBuilder good(String user) {
    return issuer
        .token(user)
        .claim("realm_access", Map.of("roles", List.of("other", "trino")))
        .claim("email_verified", true)
        .claim("scope", "openid read query");
  }

  private static RawResponse ask(TokenBuilder token) {
    return RawHttp.exchange(gateway.uri(), Requests.post(token.build(), "SELECT 1"));
  }

  @Test
  void letsInWhatKeepsToAllOfThem() {
    assertThat(ask(good("alice")).status()).isEqualTo(200);
    assertThat(
            ask(good("bob").claim("scope", null).claim("scp", List.of("query", "read"))).status())
        .isEqualTo(200);
  }

  private static Arguments wrong(String name, int status, UnaryOperator<TokenBuilder> change) {
    return Arguments.argumentSet(name, status, change);
  }

  static Stream<Arguments> wrongTokens() {
    long now = Instant.now().getEpochSecond();
    return Stream.of(
        wrong("claim absent", 403, token -> token.claim("email_verified", null)),
        wrong("claim of another value", 403, token -> token.claim("email_verified", false)),
        wrong(
            "none of the values",
            403,
            token -> token.claim("realm_access", Map.of("roles", List.of("Trino")))),
        wrong("user", 403, token -> token.claim("preferred_username", "mallory")),
        wrong("part of a user", 403, token -> token.claim("preferred_username", "bobby")),
        wrong("withdrawn", 401, token -> token.claim("jti", "withdrawn")),
        wrong("no id to withdraw it by", 401, token -> token.claim("jti", null)),
        wrong("too long", 401, token -> token.claim("iat", now).claim("exp", now + 900)),
        wrong("no iat", 401, token -> token.claim("iat", null)),
        wrong("issued later", 401, token -> token.claim("iat", now + 120)));
  }

  @ParameterizedTest
  @MethodSource("wrongTokens")
  void refuses(int status, UnaryOperator<TokenBuilder> change) {
    RawResponse answer = ask(change.apply(good("alice")));

    Requests.assertFailure(answer, status);
    assertThat(answer.headers("WWW-Authenticate")).hasSize(status == 401 ? 1 : 0);
    assertThat(answer.text()).doesNotContain("mallory", "bobby", "withdrawn\"");
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void saysWhichScopesAreMissing() {
    RawResponse answer = ask(good("alice").claim("scope", "openid read"));

    Requests.assertFailure(answer, 403);
    assertThat(answer.headers("WWW-Authenticate"))
        .containsExactly(
            "Bearer realm=\"passgate\", error=\"insufficient_scope\", scope=\"query read\"");
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void fetchesNoKeysForATokenThatIsGoodForTooLong() {
    ask(good("alice"));
    issuer.rotateKey();
    int before = issuer.requests(Endpoint.JWKS);

    assertThat(ask(good("alice").claim("iat", null)).status()).isEqualTo(401);
    assertThat(issuer.requests(Endpoint.JWKS)).isEqualTo(before);
  }

  @Test
  void takesBackATokenInUseWhenTheListChanges() throws IOException {
    TokenBuilder token = good("alice").claim("sub", "leaver");
    assertThat(ask(token).status()).isEqualTo(200);

    Files.writeString(denyList, "{\"jti\":[\"withdrawn\"],\"sub\":[\"leaver\"]}");
    Poll.until("the token to be refused", LIMIT, () -> ask(token).status() == 401);
    assertThat(ask(good("alice")).status()).isEqualTo(200);

    // a list that is wrong takes nothing back
    Files.writeString(denyList, "{\"jit\":[]}");
    assertThat(ask(token).status()).isEqualTo(401);

    Files.writeString(denyList, "{\"jti\":[\"withdrawn\"]}");
    Poll.until("the token to be accepted again", LIMIT, () -> ask(token).status() == 200);
  }

  @Test
  void letsAnIssuerInByItsRoutesOnly() {
    String token = viewer.token("carol").build();

    assertThat(RawHttp.exchange(gateway.uri(), Requests.of("GET", "/ui/", token)).status())
        .isEqualTo(200);
    origin.reset();
    Requests.assertFailure(RawHttp.exchange(gateway.uri(), Requests.post(token, "SELECT 1")), 403);
    Requests.assertFailure(
        RawHttp.exchange(gateway.uri(), Requests.of("GET", Requests.POLL, token)), 403);
    assertThat(origin.requests()).isEmpty();
  }
}
