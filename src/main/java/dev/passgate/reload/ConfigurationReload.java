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
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
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

  /**
   * After how many looks a change that was refused is tried again, unchanged: files that it names
   * may have come since.
   */
  static final int LOOKS_UNTIL_RETRY = 30;

  private static final Logger log = LoggerFactory.getLogger(ConfigurationReload.class);

  private final ConfigurableEnvironment started;
  private final Features features;
  private final UnaryOperator<String> fingerprint;
  private final InstantSource clock;
  private final Counter applied;
  private final Counter refused;
  private final Map<ConfigurationPropertyName, Object> startedValues;
  private volatile ConfigurationState state;

  /**
   * The files that are looked at: those in force, or while a change is looked at those of it. This
   * and the rest is for one look after another.
   */
  private Set<Path> paths;

  private FileContents inForce;

  /** What the files in force said when they were read. */
  private Map<ConfigurationPropertyName, Object> values;

  /** Whether they were read once more since, and said the same. */
  private boolean confirmed;

  /** Whether something failed while a change was put in force, so that none is as a whole. */
  private boolean partly;

  private FileContents seen;
  private @Nullable FileContents wrong;
  private int looksAtWrong;
  private @Nullable Disposable watch;

  /**
   * One that does not look yet.
   *
   * @param started the environment that the gateway was started with
   * @param fingerprint makes of a digest what may be shown: whoever reads it cannot try what files
   *     may hold
   */
  ConfigurationReload(
      ConfigurableEnvironment started,
      Features features,
      UnaryOperator<String> fingerprint,
      InstantSource clock,
      MeterRegistry registry) {
    this.started = started;
    this.features = features;
    this.fingerprint = fingerprint;
    this.clock = clock;
    this.applied = counter(registry, "applied");
    this.refused = counter(registry, "refused");
    this.startedValues = ConfigurationFiles.values(started);
    this.values = startedValues;
    this.paths = ConfigurationFiles.paths(started);
    this.inForce = FileContents.of(paths);
    this.seen = inForce;
    Instant now = clock.instant();
    this.state =
        new ConfigurationState(
            1,
            now,
            fingerprint.apply(inForce.digest()),
            names(paths),
            true,
            now,
            List.of(),
            List.of());
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
    if (now.equals(wrong)) {
      if (++looksAtWrong >= LOOKS_UNTIL_RETRY) {
        looksAtWrong = 0;
        take(now);
      }
    } else if (isInForce(now)) {
      follow(inForce.files().keySet());
      wrong = null;
      if (!state.current()) {
        state = state.restored(clock.instant());
        log.info("The configuration files are again as those in force");
      }
    } else {
      take(now);
    }
  }

  private boolean isInForce(FileContents now) {
    if (partly) {
      return false;
    }
    Set<Path> own = inForce.files().keySet();
    FileContents files = own.equals(paths) ? now : FileContents.of(own);
    return files.equals(inForce) && isAsRead();
  }

  /**
   * Whether they still say what they said when they were read. Asked once after each reading: what
   * changed before the first look, or was empty and so was not among the files, is found by it.
   */
  private boolean isAsRead() {
    if (!confirmed) {
      try {
        confirmed = ConfigurationFiles.values(ConfigurationFiles.readAgain(started)).equals(values);
      } catch (RuntimeException _) {
        return false;
      }
    }
    return confirmed;
  }

  /** Has the next look be the first at these files, if they are others. */
  private void follow(Set<Path> others) {
    if (!others.equals(paths)) {
      paths = new TreeSet<>(others);
      seen = FileContents.of(paths);
    }
  }

  private void take(FileContents now) {
    if (!inForce.files().keySet().containsAll(now.missing())) {
      // A file that only this change named has gone again: what is left is looked at anew.
      follow(inForce.files().keySet());
      return;
    }
    List<String> mistakes = now.mistakes();
    if (!mistakes.isEmpty()) {
      refuse(now, mistakes);
      return;
    }
    ConfigurableEnvironment next;
    try {
      next = ConfigurationFiles.readAgain(started);
    } catch (RuntimeException e) {
      refuse(now, Mistake.of(e));
      return;
    }
    Set<Path> named = ConfigurationFiles.paths(next);
    if (!named.equals(paths)) {
      // Files that are new have to be the same at two looks too.
      follow(named);
      return;
    }
    if (!FileContents.of(paths).equals(now)) {
      // Changed meanwhile, and what was read may be of both.
      return;
    }
    Features.Outcome outcome = features.take(next);
    if (outcome.mistakes().isEmpty()) {
      accept(now, next);
    } else {
      partly |= outcome.partly();
      refuse(now, outcome.mistakes());
    }
  }

  private void accept(FileContents now, ConfigurableEnvironment next) {
    inForce = now;
    values = ConfigurationFiles.values(next);
    confirmed = false;
    partly = false;
    wrong = null;
    List<String> waiting = ConfigurationFiles.differences(startedValues, values, Features.KEYS);
    Instant time = clock.instant();
    state =
        new ConfigurationState(
            state.version() + 1,
            time,
            fingerprint.apply(inForce.digest()),
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

  /** Tells what is wrong, unless it was told of the same files already. */
  private void refuse(FileContents now, List<String> mistakes) {
    boolean told = now.equals(wrong) && mistakes.equals(state.mistakes());
    wrong = now;
    looksAtWrong = 0;
    state = state.refused(clock.instant(), mistakes);
    if (told) {
      return;
    }
    refused.increment();
    log.atError()
        .addKeyValue("files", names(paths))
        .addKeyValue("mistakes", mistakes)
        .log(
            partly
                ? "A change of the configuration files failed while it was put in force, and is"
                    + " partly in force: restart the gateway if trying again does not help"
                : "The configuration files have changed and are wrong, so what was in force before"
                    + " stays in force, all of it");
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
