package dev.passgate.proxy.fastpath;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.event.RefreshRoutesResultEvent;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * Opens the fast path while polls go by a plain route, and closes it before the listeners end,
 * which know nothing of what is under way on it.
 */
final class FastPathSwitch
    implements SmartLifecycle, ApplicationListener<RefreshRoutesResultEvent>, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(FastPathSwitch.class);

  private static final Duration LOOK = Duration.ofMillis(50);

  private final FastPath path;
  private final PollClusters clusters;
  private final RouteLocator routes;
  private final GatewayProperties properties;
  private final List<String> obstacles;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicLong looks = new AtomicLong();
  private volatile PlainRoute.@Nullable Found found;

  /**
   * @param obstacles what is configured that only the filters know of
   */
  FastPathSwitch(
      FastPath path,
      PollClusters clusters,
      RouteLocator routes,
      GatewayProperties properties,
      List<String> obstacles) {
    this.path = path;
    this.clusters = clusters;
    this.routes = routes;
    this.properties = properties;
    this.obstacles = List.copyOf(obstacles);
  }

  @Override
  public void start() {
    started.set(true);
    look();
  }

  /** Routes have changed. */
  @Override
  public void onApplicationEvent(RefreshRoutesResultEvent event) {
    if (started.get()) {
      look();
    }
  }

  private void look() {
    if (!obstacles.isEmpty()) {
      set(looks.incrementAndGet(), new PlainRoute.Found(null, String.join(", ", obstacles)));
      return;
    }
    long look = looks.incrementAndGet();
    Disposable _ =
        routes
            .getRoutes()
            .collectList()
            .subscribe(
                all -> set(look, PlainRoute.find(all, properties)),
                failure -> set(look, new PlainRoute.Found(null, "the routes are not known")));
  }

  /** The last look counts, whichever ends last. */
  private synchronized void set(long look, PlainRoute.Found now) {
    if (!started.get() || look != looks.get()) {
      return;
    }
    path.open(now.id());
    if (!now.equals(found)) {
      found = now;
      if (now.id() == null) {
        log.info("Polls go through the filters of routes: {}", now.obstacle());
      } else {
        log.debug("polls of the route {} are served on the fast path", now.id());
      }
    }
  }

  /** Takes nothing more, and ends when what is under way has. */
  @Override
  public void stop(Runnable callback) {
    started.set(false);
    path.open(null);
    if (path.running() == 0) {
      callback.run();
      return;
    }
    Disposable _ =
        Mono.delay(LOOK)
            .repeat(() -> path.running() > 0)
            .subscribe(_ -> {}, _ -> callback.run(), callback);
  }

  @Override
  public void stop() {
    started.set(false);
    path.open(null);
  }

  @Override
  public boolean isRunning() {
    return started.get();
  }

  /** Before the listeners, which would cut what they do not know of. */
  @Override
  public int getPhase() {
    return WebServerApplicationContext.GRACEFUL_SHUTDOWN_PHASE + 1;
  }

  @Override
  public void close() {
    path.open(null);
    clusters.close();
  }
}
