package dev.passgate.trace;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;

/** Counts what becomes of the spans that an exporter is given. */
final class CountedSpans implements SpanExporter {

  private final SpanExporter exporter;
  private final Counter exported;
  private final Counter failed;

  CountedSpans(SpanExporter exporter, MeterRegistry registry) {
    this.exporter = exporter;
    this.exported = counter(registry, "exported");
    this.failed = counter(registry, "failed");
  }

  /** How many spans have an outcome. */
  static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("passgate.trace.spans")
        .description("Spans, and what became of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    int size = spans.size();
    CompletableResultCode result = exporter.export(spans);
    return result.whenComplete(() -> (result.isSuccess() ? exported : failed).increment(size));
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
