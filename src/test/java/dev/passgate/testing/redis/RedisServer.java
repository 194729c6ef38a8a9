package dev.passgate.testing.redis;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.http.RawHttp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Redis as a child process, from Debian's package redis-server, with a password and without memory:
 * it forgets everything when it is halted. It ends when this JVM does, however that ends: a shell
 * waits for the end of its own input, and takes Redis with it.
 */
public final class RedisServer implements AutoCloseable {

  public static final String PASSWORD = "open-sesame";

  private static final Path PROGRAM = Path.of("/usr/bin/redis-server");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String WITH_INPUT =
      "\"$@\" & child=$!; echo $child; cat > /dev/null; kill -KILL $child; wait $child";

  private final Path folder = TemporaryFolder.create("redis");
  private final int port = LoopbackPort.free();
  private @Nullable Process process;
  private String pid = "";

  private RedisServer() {}

  /** Whether there is one on this machine. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  public static RedisServer start() {
    RedisServer server = new RedisServer();
    server.resume();
    return server;
  }

  public URI uri() {
    return URI.create("redis://127.0.0.1:" + port);
  }

  /** The names of all keys, each after its length, as Redis's protocol writes them. */
  public String keys() {
    return command("KEYS *");
  }

  /** Whether it was started and not halted. */
  public boolean isRunning() {
    return process != null;
  }

  /** Goes on after it was halted, on the same port. */
  public void resume() {
    List<String> command =
        List.of(
            "sh",
            "-c",
            WITH_INPUT,
            "sh",
            PROGRAM.toString(),
            "--bind",
            "127.0.0.1",
            "--port",
            Integer.toString(port),
            "--requirepass",
            PASSWORD,
            "--dir",
            folder.toString(),
            "--logfile",
            folder.resolve("redis.log").toString(),
            "--save",
            "",
            "--appendonly",
            "no");
    try {
      Process started = new ProcessBuilder(command).redirectErrorStream(true).start();
      process = started;
      pid = started.inputReader().readLine();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start redis-server", e);
    }
    Poll.until("redis-server", LIMIT, () -> command("PING").contains("+PONG"), this::log);
  }

  /** Ends, so that connections break and no new ones are made. */
  public void halt() {
    Process running = process;
    if (running == null) {
      return;
    }
    process = null;
    try {
      running.getOutputStream().close();
      if (!running.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException("redis-server does not end");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot end redis-server", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers nothing, with every connection left as it is, until {@link #proceed}. */
  public void pause() {
    signal("-STOP");
  }

  /** Answers again. */
  public void proceed() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", name, pid).start();
      if (!kill.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new IllegalStateException("cannot signal redis-server");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot signal redis-server", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String command(String command) {
    try (RawHttp connection = RawHttp.connect(uri())) {
      return connection.send("AUTH " + PASSWORD + "\r\n" + command + "\r\nQUIT\r\n").readToEnd();
    }
  }

  private String log() {
    try {
      return Files.readString(folder.resolve("redis.log"));
    } catch (IOException e) {
      return Objects.requireNonNullElse(e.getMessage(), "it has no log");
    }
  }

  @Override
  public void close() {
    halt();
    TemporaryFolder.delete(folder);
  }
}
