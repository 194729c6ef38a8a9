package dev.passgate.cluster.health;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Probes each cluster again and again, one probe after another. A tenth more or less between them
 * keeps replicas from asking all at once.
 */
public final class ClusterProber implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ClusterProber.class);

  private static final int MAX_CAUSE_LENGTH = 300;

  private final Clusters clusters;
  private final CoordinatorProbe probe;
  private final ClusterStates states;
  private final HealthProperties settings;
  private final List<CoordinatorSeen> listeners;
  private final Scheduler scheduler;
  private final DoubleSupplier random;
  private final Disposable.Composite work = Disposables.composite();
  private final Map<String, Disposable> probing = new ConcurrentHashMap<>();
  private final Sinks.Empty<Void> firstRound = Sinks.empty();

  /**
   * A prober that has not begun.
   *
   * @param listeners told the ids of coordinators
   * @param scheduler where delays and time limits run
   * @param random numbers from 0 to 1
   */
  public ClusterProber(
      Clusters clusters,
      CoordinatorProbe probe,
      ClusterStates states,
      HealthProperties settings,
      List<CoordinatorSeen> listeners,
      Scheduler scheduler,
      DoubleSupplier random) {
    this.clusters = clusters;
    this.probe = probe;
    this.states = states;
    this.settings = settings;
    this.listeners = List.copyOf(listeners);
    this.scheduler = scheduler;
    this.random = random;
  }

  /** Begins with all clusters at once, and does not wait for them. */
  public void start() {
    if (!settings.enabled()) {
      var _ = firstRound.tryEmitEmpty();
      return;
    }
    List<Mono<Void>> first = new ArrayList<>();
    clusters.listen(
        new Clusters.Listener() {
          @Override
          public void added(Cluster cluster) {
            var _ = begin(cluster);
          }

          @Override
          public void removed(Cluster cluster) {
            end(probing.remove(cluster.name()));
          }
        });
    for (Cluster cluster : clusters.all()) {
      first.add(begin(cluster));
    }
    work.add(Mono.when(first).subscribe(_ -> {}, _ -> {}, firstRound::tryEmitEmpty));
  }

  /**
   * Ends when every cluster was probed once, well or not: after {@link HealthProperties#timeout()}
   * at the latest. Never where it was closed before.
   */
  public Mono<Void> firstRound() {
    return firstRound.asMono();
  }

  /** Ends when a cluster was probed once, and goes on without whoever waits for that. */
  private Mono<Void> begin(Cluster cluster) {
    Sinks.Empty<Void> done = Sinks.empty();
    Disposable probes = again(cluster, done).subscribe();
    work.add(probes);
    end(probing.put(cluster.name(), probes));
    return done.asMono();
  }

  private void end(@Nullable Disposable probes) {
    if (probes != null) {
      work.remove(probes);
      probes.dispose();
    }
  }

  private Flux<Long> again(Cluster cluster, Sinks.Empty<Void> done) {
    return Mono.defer(() -> once(cluster))
        .doOnTerminate(done::tryEmitEmpty)
        .then(Mono.defer(() -> Mono.delay(pause(), scheduler)))
        .repeat();
  }

  /** Ends without an error, whatever happens. */
  private Mono<Void> once(Cluster cluster) {
    return Mono.defer(() -> probe.ask(cluster))
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("no answer")))
        .timeout(settings.timeout(), scheduler)
        .doOnNext(info -> tell(cluster, info))
        .onErrorResume(
            failure -> {
              if (failure instanceof TimeoutException) {
                states.probeTimedOut(cluster, cause(failure));
              } else {
                states.probeFailed(cluster, cause(failure));
              }
              return Mono.empty();
            })
        .then();
  }

  private void tell(Cluster cluster, CoordinatorInfo info) {
    states.probed(cluster, info);
    String id = info.coordinatorId();
    if (id == null) {
      return;
    }
    for (CoordinatorSeen listener : listeners) {
      try {
        listener.seen(cluster, id);
      } catch (RuntimeException e) {
        log.error("a coordinator's id could not be noted", e);
      }
    }
  }

  private String cause(Throwable failure) {
    if (failure instanceof TimeoutException) {
      return "its coordinator did not answer within " + settings.timeout();
    }
    String text = failure.toString();
    return text.substring(0, Math.min(text.length(), MAX_CAUSE_LENGTH));
  }

  private Duration pause() {
    return Duration.ofMillis(
        (long) (settings.interval().toMillis() * (0.9 + 0.2 * random.getAsDouble())));
  }

  /** Ends all probing, also a probe that is under way. */
  @Override
  public void close() {
    work.dispose();
  }
}
