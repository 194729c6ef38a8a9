package dev.passgate.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Refusal.Reason;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.AdaptiveByteBufAllocator;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MetricsTest {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final AuthenticationMetrics authentication = new AuthenticationMetrics(registry);
  private final RequestMetrics requests = new RequestMetrics(registry);

  @Test
  void countsDecisions() {
    authentication.accepted("acme", "bearer");
    authentication.accepted("acme", "bearer");
    authentication.refused("acme", "bearer", Reason.EXPIRED);

    assertThat(registry.scrape().lines())
        .contains(
            "passgate_authentication_total{issuer=\"acme\",outcome=\"accepted\","
                + "source=\"bearer\"} 2.0",
            "passgate_authentication_total{issuer=\"acme\",outcome=\"expired\","
                + "source=\"bearer\"} 1.0");
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void namesTheReasonOfARefusalWithoutIssuer(Reason reason) {
    authentication.refused(null, "none", reason);

    assertThat(registry.scrape().lines())
        .contains(
            "passgate_authentication_total{issuer=\"none\",outcome=\""
                + reason.name().toLowerCase(Locale.ROOT)
                + "\",source=\"none\"} 1.0");
  }

  @Test
  void timesRequestsInSeconds() {
    requests.ended("statement", "main", 200, Duration.ofMillis(1500).toNanos());
    requests.ended("statement", "main", 200, Duration.ofMillis(500).toNanos());
    requests.ended("none", "none", 404, 0);

    assertThat(registry.scrape().lines())
        .contains(
            "passgate_requests_seconds_count"
                + "{cluster=\"main\",route=\"statement\",status=\"200\"} 2",
            "passgate_requests_seconds_sum"
                + "{cluster=\"main\",route=\"statement\",status=\"200\"} 2.0",
            "passgate_requests_seconds_count"
                + "{cluster=\"none\",route=\"none\",status=\"404\"} 1");
  }

  @Test
  void countsQueriesAndBytes() {
    requests.query("main", "acme");
    requests.responseBytes("main").increment(7);
    requests.responseBytes("main").increment(3);

    assertThat(registry.scrape().lines())
        .contains(
            "passgate_queries_total{cluster=\"main\",issuer=\"acme\"} 1.0",
            "passgate_response_bytes_total{cluster=\"main\"} 10.0");
  }

  @Test
  void tellsTheMemoryOfBuffers() {
    AdaptiveByteBufAllocator allocator = new AdaptiveByteBufAllocator();
    BufferMetrics.of(allocator).bindTo(registry);
    assertThat(registry.scrape().lines()).contains("passgate_buffers_bytes 0.0");

    ByteBuf buffer = allocator.directBuffer(4_096);
    try {
      assertThat(registry.get("passgate.buffers").gauge().value()).isGreaterThanOrEqualTo(4_096);
    } finally {
      buffer.release();
    }
  }
}
