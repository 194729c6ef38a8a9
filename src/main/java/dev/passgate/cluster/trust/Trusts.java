package dev.passgate.cluster.trust;

import dev.passgate.file.WatchedFile;
import dev.passgate.setting.InvalidSetting;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.scheduler.Scheduler;

/** Makes of settings what clusters are shown, and looks after the files of it. */
public final class Trusts implements AutoCloseable {

  /** A cluster's users who are seen less often than others are signed for again. */
  private static final int MAX_USERS = 10_000;

  private final TrinoKeys keys;
  private final InstantSource clock;
  private final Scheduler scheduler;
  private final Map<Trust, WatchedFile<?>> files = new ConcurrentHashMap<>();

  /**
   * @param keys what signs, where tokens are signed
   * @param scheduler threads that may block, to read files
   */
  public Trusts(TrinoKeys keys, InstantSource clock, Scheduler scheduler) {
    this.keys = keys;
    this.clock = clock;
    this.scheduler = scheduler;
  }

  /**
   * An account at a cluster.
   *
   * @param key what the keys of the settings begin with
   * @param settings that were checked
   * @throws InvalidSetting if the password's file cannot be used
   */
  public Trust serviceAccount(String key, BasicSettings settings) {
    String user = Objects.requireNonNull(settings.user());
    Path path = settings.passwordFile();
    if (path == null) {
      return ServiceAccount.of(user, Objects.requireNonNull(settings.password()));
    }
    WatchedFile<String> file;
    try {
      file = WatchedFile.read(path, ServiceAccount.passwordOf(user));
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(
          key + "password-file", path, "a file that holds a password (" + e.getMessage() + ")");
    }
    Trust account = ServiceAccount.of(file);
    files.put(account, file);
    file.watch(scheduler);
    return account;
  }

  /**
   * Tokens for a cluster.
   *
   * @param settings that were checked
   */
  public Trust signedToken(JwtSettings settings, String cluster) {
    return new SignedToken(keys, settings, cluster, clock, MAX_USERS);
  }

  /** The file of something that was made here is looked at no more. */
  public void release(Trust trust) {
    WatchedFile<?> file = files.remove(trust);
    if (file != null) {
      file.close();
    }
  }

  /** No more is looked at. */
  @Override
  public void close() {
    files.values().forEach(WatchedFile::close);
  }
}
