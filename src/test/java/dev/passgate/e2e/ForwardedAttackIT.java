package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RawResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a proxy in front says of a request changes URIs in answers at most, and if it is trusted.
 */
class ForwardedAttackIT {

  private static final String OWN = "http://" + GuardedOrigin.HOST;

  private static GuardedOrigin trusting;
  private static GuardedOrigin distrusting;

  @BeforeAll
  static void start() {
    trusting =
        GuardedOrigin.start(settings -> settings.with("passgate.trusted-proxies", "127.0.0.1/32"));
    distrusting =
        GuardedOrigin.start(settings -> settings.with("passgate.trusted-proxies", "10.0.0.0/8"));
  }

  @AfterAll
  static void stop() {
    trusting.close();
    distrusting.close();
  }

  @BeforeEach
  void reset() {
    // Back to answers like Trino's.
    trusting.origin().reset();
    distrusting.origin().reset();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Forwarded: proto=https;host=a.example | https://a.example",
        "Forwarded: for=1.2.3.4;proto=https;host=\"a.example:444\" | https://a.example:444",
        "Forwarded: host=evil.example, host=a.example;proto=http | http://a.example",
        "X-Forwarded-Proto: https~X-Forwarded-Host: a.example | https://a.example",
        "X-Forwarded-Proto: https~X-Forwarded-Host: a.example~X-Forwarded-Port: 444"
            + " | https://a.example:444",
        "X-Forwarded-Host: evil.example, a.example | http://a.example",
        "X-Forwarded-Host: evil.example~X-Forwarded-Host: a.example | http://a.example",
        "X-Forwarded-Proto: https | https://trino.example:8888",
        "X-Forwarded-Proto: javascript | http://trino.example:8888",
        "X-Forwarded-Host: a.example/x | http://trino.example:8888",
        "X-Forwarded-Host: root@a.example | http://trino.example:8888",
        "X-Forwarded-Host: \"a.example | http://trino.example:8888",
        "X-Forwarded-Prefix: /evil | http://trino.example:8888",
        "X-Forwarded-For: 1.2.3.4 | http://trino.example:8888",
        "X-Original-Host: evil.example | http://trino.example:8888",
        "Forwarded: proto=file;host=a.example | http://a.example",
        "Forwarded: host=\"a.example\\\",\\\"nextUri\\\":\\\"x\" | http://trino.example:8888"
      })
  void believesATrustedProxyAboutTheAddressAlone(String lines, String base) {
    assertAnswersWith(trusting, base, lines.split("~", -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Forwarded: proto=https;host=evil.example",
        "Forwarded: for=10.0.0.1;proto=https;host=evil.example",
        "forwarded: host=evil.example",
        "X-Forwarded-Proto: https~X-Forwarded-Host: evil.example",
        "X-Forwarded-Host: evil.example",
        "X_Forwarded_Host: evil.example",
        "X-Forwarded-Port: 1",
        "X-Forwarded-Prefix: /evil",
        "X-Forwarded-For: 10.0.0.1~X-Forwarded-Host: evil.example",
        "X-Forwarded-Server: evil.example",
        "X-Host: evil.example",
        "X-Original-Host: evil.example"
      })
  void believesNobodyElse(String lines) {
    assertAnswersWith(distrusting, OWN, lines.split("~", -1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Host", "host, X-Forwarded-Host", "close, HOST", "Forwarded"})
  void keepsItsAddressThoughConnectionNamesWhereItStands(String nominated) {
    assertAnswersWith(distrusting, OWN, "Connection: " + nominated);
    assertAnswersWith(
        trusting,
        "https://a.example",
        "Connection: " + nominated,
        "Forwarded: proto=https;host=a.example");
  }

  private static void assertAnswersWith(GuardedOrigin guarded, String base, String... lines) {
    String[] all = new String[lines.length + 1];
    System.arraycopy(lines, 0, all, 0, lines.length);
    all[lines.length] = guarded.authorization();

    RawResponse answer =
        guarded.exchange(GuardedOrigin.withBody("POST", "/v1/statement", "SELECT 1", all));

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body())
        .contains("\"nextUri\":\"" + base + "/v1/statement/queued/")
        .contains("\"infoUri\":\"" + base + "/ui/query.html?")
        .doesNotContain("evil");
    var arrived = guarded.onlyArrival();
    assertThat(arrived.headers("X-Trino-User")).isEqualTo(List.of(GuardedOrigin.USER));
    assertThat(arrived.headers("Host")).containsExactly(guarded.origin().uri().getAuthority());
    assertThat(arrived.headerLines())
        .filteredOn(line -> !line.startsWith("X-Host:"))
        .noneMatch(
            line -> line.contains("orwarded") || line.contains("evil") || line.contains("1.2.3.4"));
  }
}
