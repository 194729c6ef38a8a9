package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.browser.HeadlessChromium;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.SharedTrino;
import java.net.http.HttpClient;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The web UI of a real Trino in a real browser, which sends a token with each request. */
@NeedsServers
class WebUiIT {

  private static LocalIssuer issuer;
  private static Gateway gateway;
  private static HttpClient client;

  @BeforeAll
  static void start() {
    assumeTrue(HeadlessChromium.isInstalled(), "Chromium is not installed");
    issuer = LocalIssuer.start("acme");
    gateway = Gateway.inFrontOf(SharedTrino.get().uri()).trust(issuer).start();
    client = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    if (gateway != null) {
      client.close();
      gateway.close();
      issuer.close();
    }
  }

  private static Map<String, String> bearer(String user) {
    return Map.of("Authorization", "Bearer " + issuer.token(user).build());
  }

  private static void assertAllFromGateway(HeadlessChromium browser) {
    assertThat(browser.requests())
        .hasSizeGreaterThan(5)
        .allSatisfy(uri -> assertThat(uri.getAuthority()).isEqualTo(gateway.uri().getAuthority()));
    assertThat(browser.answers()).allSatisfy(answer -> assertThat(answer.status()).isLessThan(400));
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void showsOverview() {
    PagedQuery query =
        PagedQuery.post(
                client, gateway.uri(), bearer("alice"), "select count(*) from tpch.sf1000.lineitem")
            .until(page -> page.path("stats").path("state").asString("").equals("RUNNING"));

    try (HeadlessChromium browser = HeadlessChromium.start().with(bearer("alice"))) {
      browser.open(gateway.uri().resolve("/ui/"));

      // The headings stand in one row, and the numbers in the next.
      browser.awaitText("body", "ACTIVE WORKERS\\s+ROWS/S\\s+[1-9]\\d*\\s+1\\s");
      assertThat(browser.awaitText("body", query.id())).contains("tpch.sf1000.lineitem", "alice");
      assertAllFromGateway(browser);
    } finally {
      query.cancel();
    }
  }

  @Test
  void showsQueryByItsInfoUri() {
    PagedQuery query =
        PagedQuery.post(client, gateway.uri(), bearer("alice"), "select 'shown on its page'")
            .toEnd();

    try (HeadlessChromium browser = HeadlessChromium.start().with(bearer("alice"))) {
      browser.open(query.uri("infoUri"));

      assertThat(browser.awaitText("body", "FINISHED"))
          .contains(query.id())
          .contains("shown on its page")
          .contains("alice");
      assertAllFromGateway(browser);
    }
  }
}
