package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.keycloak.KeycloakServer;
import dev.passgate.testing.keycloak.SharedKeycloak;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.TrinoCli;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tokens of a real Keycloak, fetched at the gateway and then used there, on a real Trino. */
@NeedsServers
class KeycloakTokenIT {

  private static final String PATH = "/auth/keycloak/oauth2/token";
  private static final String GRANT = "grant_type=client_credentials";
  private static final String SERVICE = "service-account-passgate-cli";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static Gateway gateway;

  @BeforeAll
  static void start() {
    gateway =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .trust("keycloak", SharedKeycloak.get().issuerUri())
            .tls(SelfSignedCertificate.create())
            .start();
    Poll.until(
        "the token endpoint to be found",
        Duration.ofSeconds(30),
        () -> post(client(KeycloakServer.CLIENT_SECRET)).status() != 503);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static RawResponse post(String body, String... lines) {
    String[] all = new String[lines.length + 1];
    System.arraycopy(lines, 0, all, 0, lines.length);
    all[lines.length] = "Content-Type: application/x-www-form-urlencoded";
    return RawHttp.exchange(gateway.uri(), GuardedOrigin.withBody("POST", PATH, body, all));
  }

  private static String client(String secret) {
    return GRANT + "&client_id=" + KeycloakServer.CLIENT_ID + "&client_secret=" + secret;
  }

  private static String basic(String secret) {
    return "Authorization: Basic "
        + Base64.getEncoder()
            .encodeToString(
                (KeycloakServer.CLIENT_ID + ":" + secret).getBytes(StandardCharsets.UTF_8));
  }

  private static String token(RawResponse answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode members = JSON.readTree(answer.text());
    assertThat(members.get("token_type").asString()).isEqualTo("Bearer");
    assertThat(members.get("expires_in").asInt()).isPositive();
    return members.get("access_token").asString();
  }

  private static void assertIsGoodForSql(String credential) {
    RawResponse answer =
        RawHttp.exchange(
            gateway.uri(),
            GuardedOrigin.withBody(
                "POST",
                "/query",
                "{\"sql\":\"select current_user u, n from (select count(*) n from tpch.tiny.nation)\"}",
                "Content-Type: application/json",
                "Accept: application/x-ndjson",
                credential));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text().strip()).isEqualTo("{\"u\":\"" + SERVICE + "\",\"n\":25}");
  }

  private static void assertIsGoodForTheCommandLine(String token) {
    TrinoCli.Result result =
        TrinoCli.to(gateway.tlsUri())
            .trust(gateway.certificate().certificatePem())
            .accessToken(token)
            .execute("select current_user; select count(*) from tpch.tiny.nation");
    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().lines()).containsExactly("\"" + SERVICE + "\"", "\"25\"");
  }

  @Test
  void tokenOfAClientInTheFormIsGoodForSqlAndTheCommandLine() {
    String token = token(post(client(KeycloakServer.CLIENT_SECRET)));

    assertIsGoodForSql("Authorization: Bearer " + token);
    assertIsGoodForSql("idtoken: " + token);
    assertIsGoodForTheCommandLine(token);
  }

  @Test
  void tokenOfAClientByBasicIsGoodForSqlAndTheCommandLine() {
    String token = token(post(GRANT, basic(KeycloakServer.CLIENT_SECRET)));

    assertIsGoodForSql("Authorization: Bearer " + token);
    assertIsGoodForTheCommandLine(token);
  }

  @Test
  void refusesAsKeycloakDoes() {
    RawResponse inForm = post(client("wrong"));
    assertThat(inForm.status()).as(inForm.text()).isEqualTo(401);
    assertThat(JSON.readTree(inForm.text()).get("error").asString()).isNotBlank();
    assertThat(inForm.headers("WWW-Authenticate")).isEmpty();

    RawResponse byBasic = post(GRANT, basic("wrong"));
    assertThat(byBasic.status()).as(byBasic.text()).isEqualTo(401);
    assertThat(byBasic.headers("WWW-Authenticate")).containsExactly("Basic realm=\"keycloak\"");

    RawResponse scope = post(client(KeycloakServer.CLIENT_SECRET) + "&scope=nonsense");
    assertThat(scope.status()).as(scope.text()).isEqualTo(400);
    assertThat(JSON.readTree(scope.text()).get("error").asString()).isEqualTo("invalid_scope");
  }

  @Test
  void asksNotForPeople() {
    RawResponse answer =
        post(
            "grant_type=password&username=alice&password=alice&client_id="
                + KeycloakServer.CLIENT_ID
                + "&client_secret="
                + KeycloakServer.CLIENT_SECRET);

    assertThat(answer.status()).as(answer.text()).isEqualTo(400);
    assertThat(JSON.readTree(answer.text()).get("error").asString())
        .isEqualTo("unsupported_grant_type");
  }
}
