package dev.passgate.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;

/**
 * What a file holds, read again when it changes. It is looked at by its content and by its path, so
 * that a change within the resolution of the clock counts, and so does the swap of a symbolic link
 * by which Kubernetes replaces what is mounted. A new content that cannot be read leaves the old
 * one in force, and is told in the log. Thread-safe.
 *
 * @param <T> what is made of the content
 */
public final class WatchedFile<T> implements AutoCloseable {

  /** Makes something of a file's bytes. */
  @FunctionalInterface
  public interface Parser<T> {
    /**
     * Reads the content.
     *
     * @throws IllegalArgumentException where the content is wrong; its message says where and why,
     *     and quotes no secret
     */
    T parse(byte[] content);
  }

  /** The largest file that is read, in bytes. */
  public static final int MAX_SIZE = 16 * 1024 * 1024;

  /** How often a file is looked at. */
  public static final Duration INTERVAL = Duration.ofSeconds(2);

  private static final Logger log = LoggerFactory.getLogger(WatchedFile.class);

  private record Content<T>(ByteBuffer bytes, T value, long version) {}

  private final Path path;
  private final Parser<T> parser;
  private volatile Content<T> content;
  private byte @Nullable [] refused;
  private boolean unreadable;
  private @Nullable Disposable watch;

  private WatchedFile(Path path, Parser<T> parser, Content<T> content) {
    this.path = path;
    this.parser = parser;
    this.content = content;
  }

  /**
   * Reads a file. Blocks, so it is for the start.
   *
   * @throws IllegalArgumentException where it cannot be read, or its content is wrong; the message
   *     says which
   */
  public static <T> WatchedFile<T> read(Path path, Parser<T> parser) {
    try {
      byte[] bytes = bytes(path);
      return new WatchedFile<>(
          path, parser, new Content<>(ByteBuffer.wrap(bytes), parser.parse(bytes), 1));
    } catch (IOException e) {
      throw new IllegalArgumentException("the file cannot be read: " + reason(e), e);
    }
  }

  /** Begins to look at the file, on threads that may block. */
  public synchronized void watch(Scheduler scheduler) {
    if (watch == null) {
      long interval = INTERVAL.toMillis();
      watch =
          scheduler.schedulePeriodically(this::refresh, interval, interval, TimeUnit.MILLISECONDS);
    }
  }

  /** What the file holds. Never blocks. */
  public T value() {
    return content.value();
  }

  /** Grows with each change, from 1. */
  public long version() {
    return content.version();
  }

  /** Looks at the file now. Blocks. */
  synchronized void refresh() {
    byte[] bytes;
    try {
      bytes = bytes(path);
    } catch (IOException e) {
      if (!unreadable) {
        unreadable = true;
        log.atError()
            .addKeyValue("path", path)
            .addKeyValue("cause", reason(e))
            .log("A file can no longer be read, and what it held stays in force");
      }
      return;
    }
    unreadable = false;
    Content<T> old = content;
    if (ByteBuffer.wrap(bytes).equals(old.bytes())) {
      refused = null;
      return;
    }
    if (Arrays.equals(bytes, refused)) {
      return;
    }
    try {
      content = new Content<>(ByteBuffer.wrap(bytes), parser.parse(bytes), old.version() + 1);
      refused = null;
      log.atInfo().addKeyValue("path", path).log("A file has changed, and is in force");
    } catch (RuntimeException e) {
      refused = bytes;
      log.atError()
          .addKeyValue("path", path)
          .addKeyValue("cause", e.getMessage())
          .log("A file has changed and is wrong, so what it held before stays in force");
    }
  }

  /** No more is looked at. */
  @Override
  public synchronized void close() {
    if (watch != null) {
      watch.dispose();
      watch = null;
    }
  }

  private static byte[] bytes(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_SIZE + 1);
      if (bytes.length > MAX_SIZE) {
        throw new IOException("it is larger than " + MAX_SIZE + " bytes");
      }
      return bytes;
    }
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName()
        + (e.getMessage() == null ? "" : " (" + e.getMessage() + ")");
  }
}
