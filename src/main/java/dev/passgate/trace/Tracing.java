package dev.passgate.trace;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Makes a span of each request, where a collector is configured. Thread-safe, and never waits. */
public final class Tracing {

  /** A request that is served. */
  public static final class Running {

    private final TraceContext context;
    private final @Nullable String parent;
    private final Instant began = Instant.now();
    private final long start = System.nanoTime();

    private Running(TraceContext context, @Nullable String parent) {
      this.context = context;
      this.parent = parent;
    }

    /** What the cluster is told. */
    public TraceContext context() {
      return context;
    }

    /** Whether the client's trace goes on, and so what it says of it beside. */
    public boolean goesOn() {
      return parent != null;
    }
  }

  private final @Nullable SpanExporter exporter;
  private final double ratio;

  /**
   * @param exporter null to make no spans
   * @param ratio how many of the traces that begin here are kept, from 0 to 1
   */
  Tracing(@Nullable SpanExporter exporter, double ratio) {
    this.exporter = exporter;
    this.ratio = ratio;
  }

  /** For tests and tools that make no spans. */
  public static Tracing off() {
    return new Tracing(null, 0);
  }

  /** Whether spans are made. */
  public boolean isOn() {
    return exporter != null;
  }

  /**
   * A request has come.
   *
   * @param traceparent the values of its header, if it has one
   */
  public Running begin(@Nullable List<String> traceparent) {
    TraceContext client = TraceContext.read(traceparent);
    return client == null
        ? new Running(TraceContext.begin(ThreadLocalRandom.current().nextDouble() < ratio), null)
        : new Running(client.child(), client.spanId());
  }

  /**
   * A request was answered.
   *
   * @param name the id of its route
   * @param attributes of configured names, fixed words and numbers
   */
  public void ended(Running running, String name, Map<String, Object> attributes, boolean failed) {
    if (exporter != null && running.context.sampled()) {
      long began =
          TimeUnit.SECONDS.toNanos(running.began.getEpochSecond()) + running.began.getNano();
      exporter.add(
          new Span(
              running.context,
              running.parent,
              name,
              began,
              began + System.nanoTime() - running.start,
              attributes,
              failed));
    }
  }
}
