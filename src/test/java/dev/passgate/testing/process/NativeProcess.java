package dev.passgate.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A program of the system as a child process, on machines with a POSIX shell. It ends when it is
 * closed and when this JVM ends, however that ends: a shell waits for the end of its own input, and
 * takes the program with it.
 */
public final class NativeProcess implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String WITH_INPUT =
      "\"$@\" & child=$!; cat > /dev/null; kill $child; wait $child";

  private final Process shell;
  private final Path log;

  private NativeProcess(Process shell, Path log) {
    this.shell = shell;
    this.log = log;
  }

  /**
   * Starts a program.
   *
   * @param log a file to which what it writes is added
   */
  public static NativeProcess start(Path log, List<String> command) {
    List<String> whole = new ArrayList<>(List.of("sh", "-c", WITH_INPUT, "sh"));
    whole.addAll(command);
    try {
      return new NativeProcess(
          new ProcessBuilder(whole)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start(),
          log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start " + command.getFirst(), e);
    }
  }

  /** All that it wrote. */
  public String log() {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "its log cannot be read: " + e;
    }
  }

  @Override
  public void close() {
    try {
      shell.getOutputStream().close();
      if (!shell.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("it does not end; " + log());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot end a process", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
