package dev.passgate.proxy;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import dev.passgate.cluster.Cluster;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.protocol.Origin;
import java.time.Instant;
import java.util.Map;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

/** Requests on their way, as the filters before left them. */
final class TestExchanges {

  static final Identity ALICE = new Identity("acme", "alice", "a-1", Instant.MAX);
  static final Cluster CLUSTER = new Cluster("main", Origin.parse("http://trino:8080"));
  static final String EXTERNAL = "https://gateway.example";

  private TestExchanges() {}

  static MockServerWebExchange get(String path) {
    return MockServerWebExchange.from(MockServerHttpRequest.get(path));
  }

  static MockServerWebExchange post(String path) {
    return MockServerWebExchange.from(MockServerHttpRequest.post(path));
  }

  static void identified(ServerWebExchange exchange) {
    ProxyAttributes.decision(exchange, new Decision(ALICE, "bearer"));
  }

  static void toCluster(ServerWebExchange exchange) {
    ProxyAttributes.cluster(exchange, CLUSTER);
  }

  static void route(ServerWebExchange exchange, String uri, Map<String, Object> metadata) {
    exchange
        .getAttributes()
        .put(
            GATEWAY_ROUTE_ATTR,
            Route.async().id("statement").uri(uri).metadata(metadata).predicate(_ -> true).build());
  }
}
