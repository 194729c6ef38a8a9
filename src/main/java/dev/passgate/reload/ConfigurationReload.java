package dev.passgate.reload;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.ConfigurableEnvironment;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * Looks at the configuration files, and puts what they say in force when they change. A wrong
 * change is refused as a whole, and the configuration from before stays in force as a whole.
 *
 * <p>A change counts once the files were the same at two looks: what is half written may be right
 * by itself.
 */
final class ConfigurationReload implements AutoCloseable {

  /** The time between two looks, in milliseconds. */
  private static final long INTERVAL = 1000;

  private static final Logger log = LoggerFactory.getLogger(ConfigurationReload.class);

  private final ConfigurableEnvironment started;
  private final Features features;
  private final InstantSource clock;
  private final Counter applied;
  private final Counter refused;
  private final Map<ConfigurationPropertyName, Object> startedValues;
  private volatile ConfigurationState state;

  /** The rest is for one look after another. */
  private Set<Path> paths;

  private FileContents inForce;
  private FileContents seen;
  private @Nullable FileContents wrong;
  private boolean checked;
  private @Nullable Disposable watch;

  /**
   * One that does not look yet.
   *
   * @param started the environment that the gateway was started with
   */
  ConfigurationReload(
      ConfigurableEnvironment started,
      Features features,
      InstantSource clock,
      MeterRegistry registry) {
    this.started = started;
    this.features = features;
    this.clock = clock;
    this.applied = counter(registry, "applied");
    this.refused = counter(registry, "refused");
    this.startedValues = ConfigurationFiles.values(started);
    this.paths = ConfigurationFiles.paths(started);
    this.inForce = FileContents.of(paths);
    this.seen = inForce;
    Instant now = clock.instant();
    this.state =
        new ConfigurationState(
            1, now, inForce.digest(), names(paths), true, now, List.of(), List.of());
    Gauge.builder(
            "passgate.configuration.applied.timestamp",
            this,
            own -> own.state.appliedAt().toEpochMilli() / 1000.0)
        .description("When the configuration in force came into force, as a Unix time")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("passgate.configuration.current", this, own -> own.state.current() ? 1 : 0)
        .description("Whether the configuration files are in force: 0 while a change is refused")
        .register(registry);
    Gauge.builder(
            "passgate.configuration.awaiting.restart",
            this,
            own -> own.state.awaitingRestart().size())
        .description("Keys of the configuration files whose change waits for a restart")
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String outcome) {
    return Counter.builder("passgate.configuration.reloads")
        .description("Changes of the configuration files")
        .tag("outcome", outcome)
        .register(registry);
  }

  private static List<String> names(Set<Path> paths) {
    return paths.stream().map(Path::toString).toList();
  }

  /** What is in force. */
  ConfigurationState state() {
    return state;
  }

  /** Begins to look, on a thread that may block. */
  synchronized void start(Scheduler scheduler) {
    if (watch == null && !paths.isEmpty()) {
      watch = scheduler.schedulePeriodically(this::look, INTERVAL, INTERVAL, TimeUnit.MILLISECONDS);
    }
  }

  /** Looks once. Blocks, and never fails. */
  synchronized void look() {
    try {
      FileContents now = FileContents.of(paths);
      boolean stable = now.equals(seen);
      seen = now;
      if (stable) {
        compare(now);
      }
    } catch (RuntimeException e) {
      // Its text may quote a secret.
      log.atError()
          .addKeyValue("cause", e.getClass().getName())
          .log("The configuration files cannot be looked at, and what is in force stays");
    }
  }

  private void compare(FileContents now) {
    if (now.equals(inForce) && isAsStarted()) {
      wrong = null;
      if (!state.current()) {
        state = state.restored(clock.instant());
        log.info("The configuration files are again as those in force");
      }
    } else if (!now.equals(wrong)) {
      take(now);
    }
  }

  /** Whether nothing changed between the start's own reading and the first look. */
  private boolean isAsStarted() {
    if (checked) {
      return true;
    }
    checked = true;
    try {
      return ConfigurationFiles.values(ConfigurationFiles.readAgain(started)).equals(startedValues);
    } catch (RuntimeException _) {
      return false;
    }
  }

  private void take(FileContents now) {
    List<String> mistakes = now.mistakes();
    if (!mistakes.isEmpty()) {
      refuse(now, mistakes);
      return;
    }
    ConfigurableEnvironment next;
    try {
      next = ConfigurationFiles.readAgain(started);
    } catch (RuntimeException e) {
      refuse(now, List.of(Mistake.of(e)));
      return;
    }
    if (!FileContents.of(paths).equals(now)) {
      // Changed meanwhile, and what was read may be of both.
      return;
    }
    mistakes = features.take(next);
    if (mistakes.isEmpty()) {
      accept(now, next);
    } else {
      refuse(now, mistakes);
    }
  }

  private void accept(FileContents now, ConfigurableEnvironment next) {
    Set<Path> others = ConfigurationFiles.paths(next);
    if (!others.equals(paths)) {
      paths = others;
      inForce = FileContents.of(paths);
    } else {
      inForce = now;
    }
    seen = inForce;
    wrong = null;
    List<String> waiting =
        ConfigurationFiles.differences(
            startedValues, ConfigurationFiles.values(next), Features.KEYS);
    Instant time = clock.instant();
    state =
        new ConfigurationState(
            state.version() + 1,
            time,
            inForce.digest(),
            names(paths),
            true,
            time,
            List.of(),
            waiting);
    applied.increment();
    log.atInfo()
        .addKeyValue("files", state.files())
        .addKeyValue("version", state.version())
        .log("The configuration files have changed, and are in force");
    if (!waiting.isEmpty()) {
      log.atWarn()
          .addKeyValue("keys", waiting)
          .log("Some settings have changed that take effect with the next start only");
    }
  }

  private void refuse(FileContents now, List<String> mistakes) {
    wrong = now;
    state = state.refused(clock.instant(), mistakes);
    refused.increment();
    log.atError()
        .addKeyValue("files", state.files())
        .addKeyValue("mistakes", mistakes)
        .log(
            "The configuration files have changed and are wrong, so what was in force before stays"
                + " in force, all of it");
  }

  /** Looks no more. */
  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.dispose();
      watch = null;
    }
  }
}
