package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.trust.Trust;
import dev.passgate.gate.CredentialNames;
import dev.passgate.listener.TestAddresses;
import dev.passgate.protocol.Origin;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

class ForwardedHeadersFilterTest {

  private static final String PREFIX =
      "/~20260101_000000_00000_abcde."
          + "Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_Aa0-_";
  private static final Cluster TOLD =
      new Cluster(
          "told",
          Origin.parse("http://told:8080"),
          Set.of("told"),
          1,
          false,
          true,
          Trust.CONNECTION,
          true,
          null);

  private static MockServerWebExchange exchange(Cluster cluster) {
    MockServerWebExchange exchange =
        MockServerWebExchange.from(
            MockServerHttpRequest.get("/v1/statement/queued/x/y/1")
                .header("Host", "gateway.example")
                .header("Forwarded", "host=evil.example;proto=http;for=6.6.6.6")
                .header("X-Forwarded-Proto", "gopher")
                .header("X-Forwarded-Host", "evil.example", "evil.example")
                .header("X-Forwarded-Port", "666")
                .header("X-Forwarded-For", "6.6.6.6")
                .header("X-Forwarded-Prefix", "/evil")
                .header("X-Forwarded-Server", "evil.example")
                .header("X_Forwarded_Host", "evil.example")
                .header("X-Trino-Source", "cli")
                .remoteAddress(new InetSocketAddress("192.0.2.7", 4711)));
    ProxyAttributes.cluster(exchange, cluster);
    ProxyAttributes.received(exchange, exchange.getRequest());
    return exchange;
  }

  /** What leaves of a request, by the firewall and the filter. */
  private static HttpHeaders sent(String external, MockServerWebExchange exchange) {
    HeaderFirewall firewall = new HeaderFirewall(new CredentialNames(Set.of(), Set.of()));
    return new ForwardedHeadersFilter(TestAddresses.fixed(external))
        .filter(firewall.filter(exchange.getRequest().getHeaders(), TestExchanges.ALICE), exchange);
  }

  @ParameterizedTest
  @CsvSource({
    "https://gateway.example, https, gateway.example, 443",
    "http://gateway.example, http, gateway.example, 80",
    "https://gateway.example:8443, https, gateway.example, 8443",
    "http://[::1]:8888, http, [0:0:0:0:0:0:0:1], 8888"
  })
  void tellsWhatClientsCallTheGateway(String external, String scheme, String host, String port) {
    MockServerWebExchange exchange = exchange(TOLD);
    ProxyAttributes.prefixed(exchange, PREFIX + "/v1/statement/queued/x/y/1");

    HttpHeaders headers = sent(external, exchange);

    assertThat(headers.get("X-Forwarded-Proto")).containsExactly(scheme);
    assertThat(headers.get("X-Forwarded-Host")).containsExactly(host);
    assertThat(headers.get("X-Forwarded-Port")).containsExactly(port);
    assertThat(headers.get("X-Forwarded-For")).containsExactly("192.0.2.7");
    assertThat(headers.get("X-Forwarded-Prefix")).containsExactly(PREFIX);
    assertThat(headers.get("X-Trino-Source")).containsExactly("cli");
    assertThat(headers.headerNames())
        .doesNotContain("Forwarded", "X-Forwarded-Server", "X_Forwarded_Host");
    assertThat(headers.toString()).doesNotContain("evil", "6.6.6.6", "666", "gopher");
  }

  @Test
  void tellsNoPrefixWhereTheRequestHadNone() {
    assertThat(sent("https://gateway.example", exchange(TOLD)).headerNames())
        .contains("X-Forwarded-Proto")
        .doesNotContain("X-Forwarded-Prefix");
  }

  /** Filters of a user's own routes come before. */
  @Test
  void hasTheLastWord() {
    HttpHeaders input = new HttpHeaders();
    input.set("Forwarded", "host=other.example");
    input.set("X-Forwarded-Host", "other.example");
    input.set("X-Forwarded-Prefix", "/other");

    HttpHeaders headers =
        new ForwardedHeadersFilter(TestAddresses.fixed("https://gateway.example"))
            .filter(input, exchange(TOLD));

    assertThat(headers.get("X-Forwarded-Host")).containsExactly("gateway.example");
    assertThat(headers.headerNames()).doesNotContain("Forwarded", "X-Forwarded-Prefix");
  }

  @Test
  void tellsOtherClustersNothing() {
    MockServerWebExchange exchange = exchange(TestExchanges.CLUSTER);
    ProxyAttributes.prefixed(exchange, PREFIX + "/ui/");

    assertThat(sent("https://gateway.example", exchange).headerNames())
        .contains("X-Trino-Source")
        .noneMatch(name -> name.toLowerCase(Locale.ROOT).contains("forwarded"));
  }

  @Test
  void tellsNothingToWhatIsNoCluster() {
    MockServerWebExchange exchange = TestExchanges.get("/elsewhere");
    HttpHeaders input = new HttpHeaders();

    assertThat(
            new ForwardedHeadersFilter(TestAddresses.fixed("https://gateway.example"))
                .filter(input, exchange))
        .isSameAs(input);
  }

  @Test
  void isForRequestsOnly() {
    ForwardedHeadersFilter filter =
        new ForwardedHeadersFilter(TestAddresses.fixed("https://gateway.example"));
    assertThat(filter.supports(HttpHeadersFilter.Type.REQUEST)).isTrue();
    assertThat(filter.supports(HttpHeadersFilter.Type.RESPONSE)).isFalse();
  }
}
