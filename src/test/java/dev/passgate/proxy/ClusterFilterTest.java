package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;

import dev.passgate.affinity.CoordinatorIds;
import dev.passgate.affinity.TestSignatures;
import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.failure.RequestException;
import dev.passgate.listener.TestAddresses;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.QueryId;
import dev.passgate.routing.TestRouters;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.test.StepVerifier;

final class ClusterFilterTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final QueryId ID = new QueryId("20260101_000000_00000_abcde");
  private static final Cluster ALLOWED = new Cluster("allowed", Origin.parse("http://127.0.0.1:9"));
  private static final Cluster OTHER = new Cluster("other", Origin.parse("http://127.0.0.1:7"));
  private static final Clusters CLUSTERS = new Clusters(List.of(ALLOWED, OTHER));

  private final CoordinatorIds ids = new CoordinatorIds();

  @BeforeEach
  void learn() {
    ids.learn(OTHER, ID);
  }

  private ClusterFilter filter(Map<String, String> routing) {
    return filter(routing, TestExchanges.EXTERNAL);
  }

  private ClusterFilter filter(Map<String, String> routing, String external) {
    HttpClient client = HttpClient.create();
    return new ClusterFilter(
        TestRouters.of(CLUSTERS, routing),
        CLUSTERS,
        TestSignatures.transactions(ALLOWED, OTHER),
        new QueryLocator(
            CLUSTERS,
            ids,
            new QueryProbe(
                new ClusterHttpClients(client, client, CLUSTERS, new DefaultSslBundleRegistry()))),
        TestAddresses.fixed(external));
  }

  private static MockServerWebExchange exchange(MockServerHttpRequest.BaseBuilder<?> request) {
    MockServerWebExchange exchange = MockServerWebExchange.from(request);
    TestExchanges.identified(exchange);
    TestExchanges.route(exchange, "trino://cluster", Map.of());
    exchange
        .getAttributes()
        .put(
            GATEWAY_REQUEST_URL_ATTR,
            URI.create("trino://cluster" + exchange.getRequest().getURI().getRawPath()));
    return exchange;
  }

  private @Nullable Cluster ofPage(Map<String, String> routing, String path) {
    MockServerWebExchange exchange =
        exchange(
            MockServerHttpRequest.get(path)
                .header("Referer", "https://gateway.example/ui/query.html?" + ID));
    filter(routing).filter(exchange, _ -> Mono.empty()).block(LIMIT);
    return ProxyAttributes.cluster(exchange);
  }

  /** Anybody can write such a header. */
  @ParameterizedTest
  @CsvSource({
    "/ui/assets/style.css, other",
    "/ui/api/query, allowed",
    "/ui/api/stats, allowed",
    "/ui/api/query/20260101_000000_00000_abcde, other"
  })
  void showsAClusterThatTheRulesDoNotNameOnlyAsThePageOfAQuery(String path, String cluster) {
    Map<String, String> routing = Map.of("passgate.routing.default-label", "allowed");

    assertThat(Objects.requireNonNull(ofPage(routing, path)).name()).isEqualTo(cluster);
  }

  @Test
  void showsTheClusterOfThePageWhereTheRulesAllowIt() {
    assertThat(ofPage(Map.of(), "/ui/api/stats")).isEqualTo(OTHER);
  }

  /** Nobody answers for the clusters of this test, so they cannot be asked. */
  @Test
  void showsSomeClusterWhereNoneCanBeAskedForTheQueryOfThePage() {
    MockServerWebExchange exchange =
        exchange(
            MockServerHttpRequest.get("/ui/assets/style.css")
                .header(
                    "Referer",
                    "https://gateway.example/ui/query.html?20260101_000000_00000_other"));

    filter(Map.of("passgate.routing.default-label", "allowed"))
        .filter(exchange, _ -> Mono.empty())
        .block(LIMIT);

    assertThat(ProxyAttributes.cluster(exchange)).isEqualTo(ALLOWED);
  }

  /** Once somebody had one there; the rules may lead him elsewhere by now. */
  @ParameterizedTest
  @ValueSource(strings = {"/v1/query", "/ui/api/stats", "/v1/info"})
  void goesWhereATransactionIsOnlyWithAStatement(String path) {
    MockServerWebExchange exchange =
        exchange(
            MockServerHttpRequest.get(path).header("X-Trino-Transaction-Id", "of another cluster"));
    Map<String, String> routing = Map.of("passgate.routing.default-label", "allowed");

    filter(routing).filter(exchange, _ -> Mono.empty()).block(LIMIT);

    assertThat(ProxyAttributes.cluster(exchange)).isEqualTo(ALLOWED);
  }

  @ParameterizedTest
  @CsvSource({"http://gateway.example, false", "https://gateway.example, true"})
  void keepsTheChosenClusterInACookieOfTheExternalAddress(String external, boolean secure) {
    MockServerWebExchange exchange =
        exchange(MockServerHttpRequest.get("/ui/?passgate-cluster=other"));

    filter(Map.of(), external).filter(exchange, _ -> Mono.empty()).block(LIMIT);

    assertThat(ProxyAttributes.cluster(exchange)).isEqualTo(OTHER);
    assertThat(exchange.getResponse().getCookies().getFirst("passgate-cluster"))
        .satisfies(cookie -> assertThat(cookie.isSecure()).isEqualTo(secure));
  }

  @Test
  void takesNoTwoTransactions() {
    MockServerWebExchange exchange =
        exchange(
            MockServerHttpRequest.post("/v1/statement")
                .header("X-Trino-Transaction-Id", "NONE")
                .header("X-Trino-Transaction-Id", "af0c9a1e-0000-0000-0000-000000000000"));

    StepVerifier.create(filter(Map.of()).filter(exchange, _ -> Mono.empty()))
        .verifyError(RequestException.class);
    assertThat(ProxyAttributes.cluster(exchange)).isNull();
  }
}
