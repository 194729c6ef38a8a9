package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.issuer.TokenBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Claims as headers at the cluster, whatever the client says beside its token. */
class ClaimsOnwardIT {

  private static final String ROLE = "X-Trino-Role";
  private static final String TAGS = "X-Trino-Client-Tags";
  private static final String CREDENTIAL = "X-Trino-Extra-Credential";

  private static final String[] HOSTILE = {
    "X-Trino-Role: system=ROLE%7Broot%7D",
    "x-trino-role: hive=ALL , SYSTEM=ALL",
    "X-Trino-Role: \u00a0system=NONE",
    "X-Trino-Client-Tags: own, group:admins",
    "X-Trino-Client-Tags: second",
    "X-Trino-Extra-Credential: token=stolen,mine=1",
    "X-Trino-Extra-Credential: S3.key=stolen"
  };

  private static LocalIssuer replacing;
  private static LocalIssuer adding;
  private static LocalIssuer silent;
  private static RecordingOrigin origin;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    replacing = LocalIssuer.start("replacing");
    adding = LocalIssuer.start("adding");
    silent = LocalIssuer.start("silent");
    origin = RecordingOrigin.start();
    Gateway.Builder builder =
        Gateway.inFrontOf(origin.uri()).trust(replacing).trust(adding).trust(silent);
    gateway = onward(onward(builder, replacing, "replace"), adding, "add").start();
  }

  private static Gateway.Builder onward(Gateway.Builder builder, LocalIssuer issuer, String mode) {
    String trino = "passgate.issuers." + issuer.name() + ".trino.";
    return builder
        .with("passgate.issuers." + issuer.name() + ".user.prefix", issuer.name() + ":")
        .with(trino + "roles.mode", mode)
        .with(trino + "roles.from.system", "roles.trino")
        .with(trino + "client-tags.mode", mode)
        .with(trino + "client-tags.claims", "groups")
        .with(trino + "client-tags.template", "group:$0")
        .with(trino + "extra-credentials.mode", mode)
        .with(trino + "extra-credentials.from[s3.key]", "/https:~1~1acme.example~1s3/key")
        .with(trino + "extra-credentials.token", "token");
  }

  @AfterAll
  static void stop() {
    gateway.close();
    origin.close();
    replacing.close();
    adding.close();
    silent.close();
  }

  @BeforeEach
  void reset() {
    origin.reset();
  }

  private static TokenBuilder token(LocalIssuer issuer) {
    return issuer
        .token("alice")
        .claim("roles", Map.of("trino", List.of("data analyst")))
        .claim("groups", List.of("sales", "eu"))
        .claim("https://acme.example/s3", Map.of("key", "k=1,\u00e9\r\nX-Trino-User: root"));
  }

  private static RecordedRequest forwarded(String token, String... lines) {
    RawResponse answer = RawHttp.exchange(gateway.uri(), Requests.post(token, "SELECT 1", lines));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(origin.requests()).hasSize(1);
    return origin.requests().getFirst();
  }

  @Test
  void replacesWhatTheClientSays() {
    String token = token(replacing).build();

    RecordedRequest request = forwarded(token, HOSTILE);

    assertThat(request.headers("X-Trino-User")).containsExactly("replacing:alice");
    assertThat(request.headers(ROLE)).containsExactly("system=ROLE%7Bdata+analyst%7D");
    assertThat(request.headers(TAGS)).containsExactly("group:eu,group:sales");
    assertThat(request.headers(CREDENTIAL))
        .containsExactly("s3.key=k%3D1%2C%C3%A9%0D%0AX-Trino-User%3A+root", "token=" + token);
    assertThat(request.head()).doesNotContain("root%7D", "stolen", "own", "NONE");
  }

  @Test
  void sendsNothingOfTheClientsWhereTheTokenSaysNothing() {
    RecordedRequest request = forwarded(replacing.token("alice").build(), HOSTILE);

    assertThat(request.headers(ROLE)).isEmpty();
    assertThat(request.headers(TAGS)).isEmpty();
    assertThat(request.headers(CREDENTIAL)).singleElement().asString().startsWith("token=ey");
  }

  @Test
  void addsToWhatTheClientSays() {
    String token = token(adding).build();

    RecordedRequest request = forwarded(token, HOSTILE);

    assertThat(request.headers(ROLE)).containsExactly("system=ROLE%7Bdata+analyst%7D", "hive=ALL");
    assertThat(request.headers(TAGS)).containsExactly("group:admins,group:eu,group:sales,own");
    assertThat(request.headers(CREDENTIAL))
        .containsExactly(
            "s3.key=k%3D1%2C%C3%A9%0D%0AX-Trino-User%3A+root", "token=" + token, "mine=1");
  }

  @Test
  void keepsTheClientOffOurNamesWhereTheTokenSaysNothing() {
    RecordedRequest request = forwarded(adding.token("alice").build(), HOSTILE);

    assertThat(request.headers(ROLE)).containsExactly("hive=ALL");
    assertThat(request.headers(CREDENTIAL)).hasSize(2).last().isEqualTo("mine=1");
  }

  @Test
  void leavesToTheClientWhatNothingIsConfiguredFor() {
    RecordedRequest request =
        forwarded(token(silent).build(), "X-Trino-Role: hive=ALL", "X-Trino-Client-Tags: own");

    assertThat(request.headers("X-Trino-User")).containsExactly("alice");
    assertThat(request.headers(ROLE)).containsExactly("hive=ALL");
    assertThat(request.headers(TAGS)).containsExactly("own");
    assertThat(request.headers(CREDENTIAL)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"groups", "roles"})
  void refusesClaimsThatNoHeaderCanCarry(String claim) {
    for (Object value : new Object[] {7, List.of("a,b"), List.of("a\r\nX-Trino-User: root")}) {
      Object shaped = claim.equals("roles") ? Map.of("trino", value) : value;
      String token = token(replacing).claim(claim, shaped).build();

      RawResponse answer = RawHttp.exchange(gateway.uri(), Requests.post(token, "SELECT 1"));

      assertThat(answer.text()).isNotBlank().doesNotContain("root", "a,b");
      assertThat(answer.status()).isEqualTo(403);
    }
    assertThat(origin.requests()).isEmpty();
  }

  @Test
  void explainsWhatGoesOnWithoutItsSecrets() {
    String token = token(replacing).build();
    String head = "Host: x\r\nContent-Length: 0\r\nAuthorization: Bearer " + token + "\r\n";

    RawResponse answer =
        RawHttp.exchange(
            gateway.managementUri(),
            "POST /explain HTTP/1.1\r\n" + head + String.join("\r\n", HOSTILE) + "\r\n\r\n");

    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text())
        .contains(
            "system=ROLE%7Bdata+analyst%7D", "group:eu,group:sales", "s3.key=***", "token=***")
        .doesNotContain(token, "k%3D1", "stolen", "NONE");
  }

  @Test
  void letsNobodyTakeTheNameOfAnIssuersUsers() {
    RawResponse answer =
        RawHttp.exchange(
            gateway.uri(), Requests.post(silent.token("adding:alice").build(), "SELECT 1"));

    assertThat(answer.status()).isEqualTo(403);
    assertThat(origin.requests()).isEmpty();
  }
}
