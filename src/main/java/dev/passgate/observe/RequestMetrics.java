package dev.passgate.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Times requests in {@code passgate_requests_seconds{route,cluster,status}}, and counts queries and
 * the bytes of answers. Meters are kept here, as the registry's own look-up costs more than the
 * measurement.
 */
public final class RequestMetrics {

  private record Labels(String route, String cluster, int status) {}

  private record QueryLabels(String cluster, String issuer) {}

  private final Map<Labels, Timer> timers = new ConcurrentHashMap<>();
  private final Map<QueryLabels, Counter> queries = new ConcurrentHashMap<>();
  private final Map<String, Counter> bytes = new ConcurrentHashMap<>();
  private final MeterRegistry registry;

  RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * A request ended.
   *
   * @param route the route's id, {@code none} where no route was found
   * @param cluster the cluster's name, {@code none} where the request reached none
   * @param status what was answered; 499 where the client went away before
   * @param nanos from its arrival to the end of the answer
   */
  public void ended(String route, String cluster, int status, long nanos) {
    timers
        .computeIfAbsent(new Labels(route, cluster, status), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** A cluster accepted a new query. */
  public void query(String cluster, String issuer) {
    queries.computeIfAbsent(new QueryLabels(cluster, issuer), this::queryCounter).increment();
  }

  /** The counter of the bytes of bodies that came from a cluster. */
  public Counter responseBytes(String cluster) {
    return bytes.computeIfAbsent(cluster, this::byteCounter);
  }

  private Timer timer(Labels labels) {
    return Timer.builder("passgate.requests")
        .description("Requests, to the end of their answers")
        .tag("route", labels.route())
        .tag("cluster", labels.cluster())
        .tag("status", Integer.toString(labels.status()))
        .register(registry);
  }

  private Counter queryCounter(QueryLabels labels) {
    return Counter.builder("passgate.queries")
        .description("Queries that a cluster accepted")
        .tag("cluster", labels.cluster())
        .tag("issuer", labels.issuer())
        .register(registry);
  }

  private Counter byteCounter(String cluster) {
    return Counter.builder("passgate.response.bytes")
        .description("Bytes of bodies that came from clusters")
        .baseUnit("bytes")
        .tag("cluster", cluster)
        .register(registry);
  }
}
