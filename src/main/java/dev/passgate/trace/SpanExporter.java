package dev.passgate.trace;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends spans to a collector, by OTLP over HTTP in its JSON form, on a thread of its own. What a
 * collector does not take in time is dropped and counted, and no request waits for it.
 */
final class SpanExporter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SpanExporter.class);

  /** Some 2 MB. */
  private static final int MAX_WAITING = 4096;

  private static final int MAX_BATCH = 512;
  private static final Duration GATHER = Duration.ofSeconds(1);
  private static final Duration TIME_LIMIT = Duration.ofSeconds(5);

  private final BlockingQueue<Span> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final AtomicBoolean failing = new AtomicBoolean();
  private final URI endpoint;
  private final OtlpJson json = new OtlpJson();
  private final HttpClient client;
  private final Counter exported;
  private final Counter dropped;
  private final Counter failed;
  private final Thread thread;

  SpanExporter(URI endpoint, MeterRegistry registry) {
    this.endpoint = endpoint;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIME_LIMIT)
            .build();
    this.exported = counter(registry, "exported");
    this.dropped = counter(registry, "dropped");
    this.failed = counter(registry, "failed");
    this.thread = Thread.ofPlatform().daemon().name("passgate-spans").start(this::run);
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("passgate.trace.spans")
        .description("Spans, and what became of them")
        .tag("outcome", outcome)
        .register(registry);
  }

  /** Takes a span, or drops it where too many wait. */
  void add(Span span) {
    if (!waiting.offer(span)) {
      dropped.increment();
    }
  }

  private void run() {
    List<Span> batch = new ArrayList<>();
    try {
      while (open.get() || !waiting.isEmpty()) {
        Span first = waiting.poll(GATHER.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          gather(batch);
          send(batch);
          batch.clear();
        }
      }
    } catch (InterruptedException _) {
      dropped.increment((double) batch.size() + waiting.size());
    }
  }

  /** Waits for more, as a request for each span would cost more than the span. */
  private void gather(List<Span> batch) throws InterruptedException {
    long end = System.nanoTime() + GATHER.toNanos();
    while (batch.size() < MAX_BATCH) {
      waiting.drainTo(batch, MAX_BATCH - batch.size());
      long left = end - System.nanoTime();
      if (left <= 0 || !open.get() || batch.size() >= MAX_BATCH) {
        return;
      }
      Span next = waiting.poll(left, TimeUnit.NANOSECONDS);
      if (next != null) {
        batch.add(next);
      }
    }
  }

  private void send(List<Span> batch) throws InterruptedException {
    try {
      HttpResponse<Void> answer =
          client.send(
              HttpRequest.newBuilder(endpoint)
                  .timeout(TIME_LIMIT)
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofByteArray(json.write(batch)))
                  .build(),
              BodyHandlers.discarding());
      if (answer.statusCode() / 100 == 2) {
        exported.increment(batch.size());
        failing.set(false);
        return;
      }
      failed(batch, "status " + answer.statusCode());
    } catch (IOException e) {
      failed(batch, e.toString());
    }
  }

  private void failed(List<Span> batch, String cause) {
    failed.increment(batch.size());
    if (failing.compareAndSet(false, true)) {
      log.warn("The collector takes no spans, which are dropped until it does: {}", cause);
    }
  }

  /** Sends what waits, for as long as one batch may take. */
  @Override
  public void close() {
    open.set(false);
    try {
      thread.join(TIME_LIMIT);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
    client.shutdownNow();
  }
}
