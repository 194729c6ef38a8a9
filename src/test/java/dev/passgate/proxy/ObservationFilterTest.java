package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.gate.Decision;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.listener.TestAddresses;
import dev.passgate.observe.AuditEvent;
import dev.passgate.observe.AuditNote;
import dev.passgate.observe.RecordedLog;
import dev.passgate.observe.TestMetrics;
import dev.passgate.protocol.QueryId;
import dev.passgate.trace.Tracing;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class ObservationFilterTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final String ID = "20260301_101530_00001_abcde";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final ApplicationContext main = new StaticApplicationContext();
  private final RecordedLog log = RecordedLog.of("passgate.audit");
  private final ObservationFilter filter =
      new ObservationFilter(
          TestMetrics.requests(registry),
          TestMetrics.audit(),
          TestMetrics.access(),
          new RequestSpans(Tracing.off()),
          TestAddresses.fixed(TestExchanges.EXTERNAL),
          main);

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void countsAndWritesDownANewQuery() {
    MockServerWebExchange exchange = accepted(MockServerHttpRequest.post("/v1/statement"));
    ProxyAttributes.queryId(exchange, new QueryId(ID));

    StepVerifier.create(filter.filter(exchange, answered -> answered.getResponse().setComplete()))
        .expectComplete()
        .verify(LIMIT);

    assertTimed("statement", "main", 200);
    assertThat(queries()).isEqualTo(1);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("\"event\":\"query\"", "\"user\":\"alice\"", "\"queryId\":\"" + ID + "\"");
  }

  @Test
  void writesDownWhatWhoeverServedARequestLeaves() {
    MockServerWebExchange exchange =
        exchange(MockServerHttpRequest.post("/auth/acme/oauth2/token"));
    TestExchanges.route(exchange, "passgate://token", Map.of());
    new AuditNote(
            "token", "form", new AuditEvent.Credential("acme", null, null, "cli", "accepted", null))
        .leave(exchange);

    StepVerifier.create(filter.filter(exchange, _ -> Mono.empty())).expectComplete().verify(LIMIT);

    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains(
            "\"event\":\"token\"",
            "\"source\":\"form\"",
            "\"issuer\":\"acme\"",
            "\"subject\":\"cli\"",
            "\"outcome\":\"accepted\"")
        .doesNotContain("reason", "user");
  }

  @Test
  void countsNoQueryThatTheClusterRefused() {
    MockServerWebExchange exchange = accepted(MockServerHttpRequest.post("/v1/statement"));
    exchange.getResponse().setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);

    StepVerifier.create(filter.filter(exchange, _ -> Mono.empty())).expectComplete().verify(LIMIT);

    assertTimed("statement", "main", 503);
    assertThat(queries()).isZero();
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void writesNoPollDown() {
    MockServerWebExchange exchange =
        accepted(MockServerHttpRequest.get("/v1/statement/queued/" + ID + "/y/1"));

    StepVerifier.create(filter.filter(exchange, _ -> Mono.empty())).expectComplete().verify(LIMIT);

    assertTimed("statement", "main", 200);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void takesTheStatusThatTheFailureIsAnsweredWith() {
    MockServerWebExchange exchange =
        exchange(MockServerHttpRequest.post("/v1/statement").header("X-Trino-Source", "cli"));
    ProxyAttributes.decision(
        exchange, new Decision(Refusal.of(Reason.EXPIRED, "the token has expired"), "bearer"));

    StepVerifier.create(filter.filter(exchange, _ -> Mono.error(new IllegalStateException())))
        .expectError()
        .verify(LIMIT);
    assertThat(log.lines()).isEmpty();
    exchange.getResponse().setStatusCode(HttpStatus.UNAUTHORIZED);
    StepVerifier.create(exchange.getResponse().setComplete()).expectComplete().verify(LIMIT);

    assertTimed("none", "none", 401);
    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains(
            "\"event\":\"refusal\"",
            "\"reason\":\"EXPIRED\"",
            "\"clientSource\":\"cli\"",
            "\"status\":401")
        .doesNotContain("\"user\"");
  }

  @Test
  void cutsWhatAClientSaysOfItself() {
    MockServerWebExchange exchange =
        exchange(
            MockServerHttpRequest.post("/v1/statement")
                .header("X-Trino-Source", "x".repeat(100_000)));
    ProxyAttributes.decision(
        exchange, new Decision(Refusal.of(Reason.NO_CREDENTIAL, "send one"), "none"));

    StepVerifier.create(filter.filter(exchange, _ -> Mono.empty())).expectComplete().verify(LIMIT);

    assertThat(log.lines())
        .singleElement()
        .asString()
        .contains("\"clientSource\":\"" + "x".repeat(256) + "\"");
  }

  @Test
  void reports499WhereTheClientWentAway() {
    MockServerWebExchange exchange = accepted(MockServerHttpRequest.post("/v1/statement"));

    StepVerifier.create(filter.filter(exchange, _ -> Mono.never())).thenCancel().verify(LIMIT);

    assertTimed("statement", "main", 499);
    assertThat(queries()).isZero();
  }

  @Test
  void leavesTheManagementListenerAlone() {
    MockServerWebExchange exchange =
        MockServerWebExchange.builder(MockServerHttpRequest.get("/actuator/health"))
            .applicationContext(new StaticApplicationContext())
            .build();

    StepVerifier.create(filter.filter(exchange, _ -> Mono.empty())).expectComplete().verify(LIMIT);

    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void seesAllButThePrefixOfAQuery() {
    assertThat(filter.getOrder())
        .isGreaterThan(new QueryPrefixFilter().getOrder())
        .isEqualTo(Ordered.HIGHEST_PRECEDENCE + 1);
  }

  private MockServerWebExchange exchange(MockServerHttpRequest.BaseBuilder<?> request) {
    return MockServerWebExchange.builder(request.build()).applicationContext(main).build();
  }

  private MockServerWebExchange accepted(MockServerHttpRequest.BaseBuilder<?> request) {
    MockServerWebExchange exchange = exchange(request);
    TestExchanges.route(exchange, "trino://cluster", Map.of());
    TestExchanges.identified(exchange);
    TestExchanges.toCluster(exchange);
    return exchange;
  }

  private void assertTimed(String route, String cluster, int status) {
    Timer timer =
        registry
            .get("passgate.requests")
            .tags("route", route, "cluster", cluster, "status", Integer.toString(status))
            .timer();
    assertThat(timer.count()).isEqualTo(1);
  }

  private double queries() {
    Counter counter = registry.find("passgate.queries").counter();
    return counter == null ? 0 : counter.count();
  }
}
