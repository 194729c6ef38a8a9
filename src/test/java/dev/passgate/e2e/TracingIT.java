package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Spans of requests, at a collector of sockets. */
@MostlyWaits
class TracingIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String PARENT = "00f067aa0ba902b7";
  private static final String TRACEPARENT = "traceparent: 00-" + TRACE + "-" + PARENT + "-01";

  private static final List<String> INVALID =
      List.of(
          "00-forged-1-01",
          "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
          "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
          "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
          "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n"
              + "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

  private static LocalIssuer issuer;
  private static RecordingOrigin origin;
  private static RecordingOrigin collector;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    origin = RecordingOrigin.start();
    collector = RecordingOrigin.start();
    collector.respondWith(_ -> OriginResponse.json("{}"));
    gateway = traced(collector.uri().resolve("/v1/traces")).start();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    collector.close();
    origin.close();
    issuer.close();
  }

  @BeforeEach
  void reset() {
    origin.reset();
    new RunningStatements(origin);
  }

  private static Gateway.Builder traced(URI endpoint) {
    return Gateway.inFrontOf(origin.uri())
        .trust(issuer)
        .with("passgate.tracing.endpoint", endpoint)
        .with("passgate.tracing.headers.api-key", "key-of-the-collector");
  }

  /** The spans that came of a trace. */
  private static List<Span> spans(String trace) {
    List<Span> spans = new ArrayList<>();
    for (RecordedRequest request : collector.requests()) {
      for (ResourceSpans resource : read(request).getResourceSpansList()) {
        resource.getScopeSpansList().stream()
            .flatMap(scope -> scope.getSpansList().stream())
            .filter(span -> hex(span.getTraceId()).equals(trace))
            .forEach(spans::add);
      }
    }
    return spans;
  }

  private static ExportTraceServiceRequest read(RecordedRequest request) {
    try {
      return ExportTraceServiceRequest.parseFrom(
          request.body().getBytes(StandardCharsets.ISO_8859_1));
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static Map<String, String> attributes(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(
            Collectors.toMap(
                KeyValue::getKey,
                attribute ->
                    attribute.getValue().hasIntValue()
                        ? Long.toString(attribute.getValue().getIntValue())
                        : attribute.getValue().getStringValue()));
  }

  @Test
  void putsASpanBetweenTheClientAndTheCluster() {
    String token = issuer.token("alice").build();
    String path =
        RunningStatements.next(
            RawHttp.exchange(
                gateway.uri(),
                Requests.post(token, "SELECT 'secret'", TRACEPARENT, "tracestate: a=1")));
    RawHttp.exchange(gateway.uri(), Requests.of("GET", path, token, TRACEPARENT));
    RawHttp.exchange(gateway.uri(), Requests.of("GET", "/nowhere/secret", token, TRACEPARENT));

    Poll.until("the spans", LIMIT, () -> spans(TRACE).size() >= 3);
    List<Span> spans = spans(TRACE);
    assertThat(spans)
        .hasSize(3)
        .allSatisfy(
            span -> {
              assertThat(hex(span.getParentSpanId())).isEqualTo(PARENT);
              assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
              assertThat(span.getEndTimeUnixNano()).isGreaterThan(span.getStartTimeUnixNano());
              assertThat(span.toString()).doesNotContain("secret", "alice", token, "y0123456789");
            });
    assertThat(spans)
        .extracting(Span::getName)
        .containsExactlyInAnyOrder("statement", "poll", "none");
    assertThat(origin.requests())
        .hasSize(2)
        .allSatisfy(
            request ->
                assertThat(spans)
                    .anySatisfy(
                        span ->
                            assertThat(request.headers("traceparent"))
                                .containsExactly(
                                    "00-" + TRACE + "-" + hex(span.getSpanId()) + "-01")));
    assertThat(origin.requests().getFirst().headers("tracestate")).containsExactly("a=1");
    assertThat(attributes(spans.getFirst().getAttributesList()))
        .isEqualTo(
            Map.of(
                "passgate.route", "statement",
                "passgate.cluster", "main",
                "passgate.issuer", "acme",
                "http.request.method", "POST",
                "http.response.status_code", "200"));
    assertThat(collector.requests())
        .allSatisfy(
            request -> {
              assertThat(request.headers("api-key")).containsExactly("key-of-the-collector");
              assertThat(
                      attributes(
                          read(request).getResourceSpans(0).getResource().getAttributesList()))
                  .containsEntry("service.name", "passgate");
            });
  }

  @Test
  void beginsATraceWhereTheClientHasNoneThatIsValid() {
    String token = issuer.token("bob").build();
    for (String parent : INVALID) {
      RawHttp.exchange(
          gateway.uri(),
          Requests.post(token, "SELECT 1", "traceparent: " + parent, "tracestate: a=1"));
    }

    List<String> own =
        origin.requests().stream().map(sent -> sent.headers("traceparent").getFirst()).toList();
    assertThat(own).hasSize(INVALID.size());
    for (int i = 0; i < own.size(); i++) {
      // Sampled, and of a random id (Trace Context, level 2).
      assertThat(own.get(i)).as(INVALID.get(i)).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-03");
    }
    assertThat(own).extracting(sent -> sent.substring(3, 35)).doesNotHaveDuplicates();
    assertThat(origin.requests())
        .allSatisfy(sent -> assertThat(sent.headers("tracestate")).isEmpty());
    for (String sent : own) {
      String trace = sent.substring(3, 35);
      Poll.until("the span", LIMIT, () -> spans(trace).size() == 1);
      assertThat(spans(trace).getFirst().getParentSpanId().isEmpty()).isTrue();
    }
  }

  @Test
  void keepsNoSpanThatTheClientDoesNot() {
    String trace = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    String token = issuer.token("carol").build();
    RawHttp.exchange(
        gateway.uri(),
        Requests.post(token, "SELECT 1", "traceparent: 00-" + trace + "-" + PARENT + "-00"));
    RawHttp.exchange(
        gateway.uri(),
        Requests.post(
            token,
            "SELECT 1",
            "traceparent: 00-" + trace.replace('a', 'b') + "-" + PARENT + "-01"));

    Poll.until("the other span", LIMIT, () -> !spans(trace.replace('a', 'b')).isEmpty());
    assertThat(spans(trace)).isEmpty();
    assertThat(origin.requests().getFirst().headers("traceparent").getFirst())
        .startsWith("00-" + trace)
        .endsWith("-00");
  }

  @Test
  void servesOnWhileTheCollectorHangs() {
    CountDownLatch never = new CountDownLatch(1);
    String token = issuer.token("dave").build();
    try (RecordingOrigin hanging = RecordingOrigin.start()) {
      hanging.respondWith(_ -> OriginResponse.raw("").thenAwait(never));
      try (Gateway asked = traced(hanging.uri().resolve("/v1/traces")).start()) {
        assertServes(asked, token);
        assertThat(hanging.awaitRequests(1, LIMIT)).isNotEmpty();
        assertServes(asked, token);
      } finally {
        never.countDown();
      }
    }
  }

  @Test
  void servesOnWhileTheCollectorIsDown() {
    String token = issuer.token("erin").build();
    URI nobody;
    try (RecordingOrigin gone = RecordingOrigin.start()) {
      nobody = gone.uri().resolve("/v1/traces");
    }
    try (Gateway asked = traced(nobody).start()) {
      assertServes(asked, token);
      Poll.until(
          "the count of spans that failed",
          LIMIT,
          () ->
              RawHttp.exchange(
                      asked.managementUri(), Requests.of("GET", "/actuator/prometheus", ""))
                  .text()
                  .lines()
                  .anyMatch(
                      line ->
                          line.startsWith("passgate_trace_spans_total{outcome=\"failed\"} ")
                              && !line.endsWith(" 0.0")));
      assertServes(asked, token);
    }
  }

  private static void assertServes(Gateway asked, String token) {
    for (int i = 0; i < 50; i++) {
      assertThat(RunningStatements.post(asked.uri(), token).status()).isEqualTo(200);
    }
  }
}
