package dev.passgate.trace;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a span of each request, where a collector is configured, and sends it there by OTLP over
 * HTTP. Thread-safe, and no request waits for it: what a collector does not take is dropped.
 */
public final class Tracing implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Tracing.class);

  /** Where in a trace something happens (W3C Trace Context). */
  public static final String PARENT_HEADER = "traceparent";

  /** What the systems of a trace say of it beside. */
  public static final String STATE_HEADER = "tracestate";

  /** What everybody passes on of a state at least (section 3.3.1.5), and more than of a parent. */
  private static final int MAX_LENGTH = 512;

  /** Of one request to the collector, and of the end. */
  private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

  private static final Duration GATHER = Duration.ofSeconds(1);

  /** Some 4 MB. */
  private static final int MAX_WAITING = 4096;

  private static final int MAX_BATCH = 512;

  // Of the jar's manifest, which there is none of where the classes are not in a jar.
  private static final String VERSION =
      Objects.requireNonNullElse(Tracing.class.getPackage().getImplementationVersion(), "unknown");

  /** A request that is served. */
  public static final class Running {

    private final Context context;
    private final Span span;

    private Running(Context parent, Span span) {
      this.context = parent.with(span);
      this.span = span;
    }

    /**
     * Tells what the cluster is told.
     *
     * @param set takes the name of a header, and its value
     */
    public void tell(BiConsumer<String, String> set) {
      W3CTraceContextPropagator.getInstance()
          .inject(
              context,
              set,
              (told, name, value) -> Objects.requireNonNull(told).accept(name, value));
    }
  }

  /** Headers by their names, each with all of its values. */
  private enum Headers implements TextMapGetter<Function<String, @Nullable List<String>>> {
    GETTER;

    @Override
    public Iterable<String> keys(Function<String, @Nullable List<String>> headers) {
      return List.of(PARENT_HEADER, STATE_HEADER);
    }

    /**
     * Of a parent there is one or none; lists of states are one list, and one that is longer than
     * has to be passed on is none: reading it would take a time that grows with its square.
     */
    @Override
    public @Nullable String get(
        @Nullable Function<String, @Nullable List<String>> headers, String name) {
      List<String> values = Objects.requireNonNull(headers).apply(name);
      if (values == null || values.isEmpty() || (values.size() > 1 && name.equals(PARENT_HEADER))) {
        return null;
      }
      String value = String.join(",", values);
      return value.length() <= MAX_LENGTH ? value : null;
    }
  }

  private record Export(SdkTracerProvider provider, Tracer tracer, Counter kept) {}

  private final @Nullable Export export;

  private Tracing(@Nullable Export export) {
    this.export = export;
  }

  /** Makes no spans. */
  public static Tracing off() {
    return new Tracing(null);
  }

  /**
   * Makes spans, and begins to send them.
   *
   * @param endpoint of the collector, path included
   */
  static Tracing to(URI endpoint, TracingProperties properties, MeterRegistry registry) {
    if ("http".equals(endpoint.getScheme()) && !properties.headers().isEmpty()) {
      log.atWarn()
          .addKeyValue("endpoint", endpoint)
          .log(
              "The headers for the collector go over plain http: whoever is on the way can read them");
    }
    OtlpHttpSpanExporterBuilder exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint.toString())
            .setConnectTimeout(TIME_LIMIT)
            .setTimeout(TIME_LIMIT)
            .setMeterProvider(MeterProvider::noop);
    properties.headers().forEach(exporter::addHeader);
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(properties.ratio())))
            .setResource(
                Resource.create(
                    Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "passgate",
                        AttributeKey.stringKey("service.version"),
                        VERSION)))
            .addSpanProcessor(
                BatchSpanProcessor.builder(new CountedSpans(exporter.build(), registry))
                    .setMeterProvider(MeterProvider.noop())
                    .setMaxQueueSize(MAX_WAITING)
                    .setMaxExportBatchSize(MAX_BATCH)
                    .setScheduleDelay(GATHER)
                    .setExporterTimeout(TIME_LIMIT)
                    .build())
            .build();
    return new Tracing(
        new Export(provider, provider.get("dev.passgate"), CountedSpans.counter(registry, "kept")));
  }

  /** Whether spans are made. */
  public boolean isOn() {
    return export != null;
  }

  /**
   * A request has come.
   *
   * @param headers the request's, by name, each with all of its values
   * @return null where no spans are made
   */
  public @Nullable Running begin(Function<String, @Nullable List<String>> headers) {
    if (export == null) {
      return null;
    }
    Context client =
        W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, Headers.GETTER);
    Span span =
        export
            .tracer()
            .spanBuilder("request")
            .setParent(client)
            .setSpanKind(SpanKind.SERVER)
            .startSpan();
    return new Running(client, span);
  }

  /**
   * A request was answered.
   *
   * @param name the id of its route
   * @param attributes of configured names, fixed words and numbers
   * @param failed whether the gateway or the cluster failed
   */
  public void ended(Running running, String name, Attributes attributes, boolean failed) {
    Span span = running.span;
    if (export == null || !span.isRecording()) {
      return;
    }
    span.updateName(name);
    span.setAllAttributes(attributes);
    if (failed) {
      span.setStatus(StatusCode.ERROR);
    }
    export.kept().increment();
    span.end();
  }

  /** Sends what waits, for as long as one batch may take. */
  @Override
  public void close() {
    if (export != null) {
      export.provider().shutdown().join(TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    }
  }
}
