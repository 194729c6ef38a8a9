package dev.passgate.trace;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Spans as {@code opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest}, in JSON. */
final class OtlpJson {

  private static final int SERVER = 2;
  private static final int ERROR = 2;
  private static final int SAMPLED = 1;

  private final JsonMapper json = JsonMapper.shared();

  byte[] write(List<Span> spans) {
    Map<String, Object> scope =
        Map.of(
            "scope",
            Map.of("name", "dev.passgate"),
            "spans",
            spans.stream().map(OtlpJson::span).toList());
    Map<String, Object> resource =
        Map.of(
            "resource",
            Map.of("attributes", attributes(Map.of("service.name", "passgate"))),
            "scopeSpans",
            List.of(scope));
    return json.writeValueAsBytes(Map.of("resourceSpans", List.of(resource)));
  }

  private static Map<String, Object> span(Span span) {
    Map<String, Object> written = new LinkedHashMap<>();
    written.put("traceId", span.context().traceId());
    written.put("spanId", span.context().spanId());
    if (span.parent() != null) {
      written.put("parentSpanId", span.parent());
    }
    written.put("flags", SAMPLED);
    written.put("name", span.name());
    written.put("kind", SERVER);
    // 64 bits are written as text in the JSON of protobuf.
    written.put("startTimeUnixNano", Long.toString(span.beganNanos()));
    written.put("endTimeUnixNano", Long.toString(span.endedNanos()));
    written.put("attributes", attributes(span.attributes()));
    if (span.failed()) {
      written.put("status", Map.of("code", ERROR));
    }
    return written;
  }

  private static List<Map<String, Object>> attributes(Map<String, Object> attributes) {
    List<Map<String, Object>> written = new ArrayList<>();
    attributes.forEach(
        (key, value) ->
            written.add(
                Map.of(
                    "key",
                    key,
                    "value",
                    value instanceof Integer number
                        ? Map.of("intValue", Integer.toString(number))
                        : Map.of("stringValue", value.toString()))));
    return written;
  }
}
