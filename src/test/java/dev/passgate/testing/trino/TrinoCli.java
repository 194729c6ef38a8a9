package dev.passgate.testing.trino;

import dev.passgate.testing.Poll;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.artifact.LocalRepository;
import dev.passgate.testing.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The real command line client of Trino. */
public final class TrinoCli {

  private final List<String> arguments = new ArrayList<>();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private String input = "";
  private Duration limit = Duration.ofSeconds(60);
  private @Nullable Callable<Boolean> interruption;

  private TrinoCli() {}

  /** What a run of the client left. */
  public record Result(int exitCode, String output, String errors) {}

  /** The client, for a server. */
  public static TrinoCli to(URI server) {
    return new TrinoCli().argument("--server", server.toString());
  }

  /** The program's file: an executable jar, which asks for Java 11. */
  public static Path file() {
    return LocalRepository.resolve(
        "io.trino:trino-cli:" + TrinoDistribution.VERSION + ":jar:executable");
  }

  public TrinoCli argument(String... more) {
    arguments.addAll(Arrays.asList(more));
    return this;
  }

  public TrinoCli accessToken(String token) {
    return argument("--access-token", token);
  }

  /** Trusts the certificates of a PEM file, or of a key store if its password is given beside. */
  public TrinoCli trust(Path pem) {
    return argument("--truststore-path", pem.toString());
  }

  public TrinoCli environment(String key, String value) {
    environment.put(key, value);
    return this;
  }

  /** What the client reads from standard input. */
  public TrinoCli input(String text) {
    this.input = text;
    return this;
  }

  public TrinoCli limit(Duration most) {
    this.limit = most;
    return this;
  }

  /** Sends the client SIGINT, as a person's Ctrl-C does, when something is true. */
  public TrinoCli interruptWhen(Callable<Boolean> reached) {
    this.interruption = reached;
    return this;
  }

  /** Runs one statement. */
  public Result execute(String sql) {
    return argument("--execute", sql).run();
  }

  /** Runs the client to its end, and stops it when the time is up. */
  public Result run() {
    Path folder = TemporaryFolder.create("cli");
    try {
      return run(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run the Trino CLI", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the Trino CLI runs", e);
    } finally {
      TemporaryFolder.delete(folder);
    }
  }

  private Result run(Path folder) throws IOException, InterruptedException {
    Path in = Files.writeString(folder.resolve("in"), input);
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    List<String> command = new ArrayList<>();
    if (interruption != null) {
      // What a shell starts in the background ignores it, and all that is started from there.
      command.addAll(List.of("env", "--default-signal=INT"));
    }
    // As at a shell: a person's history and settings are left alone.
    command.addAll(
        List.of(JavaProcess.java(), "--enable-native-access=ALL-UNNAMED", "-Duser.home=" + folder));
    command.add("-Djava.io.tmpdir=" + folder);
    command.add("-XX:TieredStopAtLevel=1");
    // Made by the first run that ends by itself. What Java says of it goes to standard output.
    command.addAll(List.of("-XX:+AutoCreateSharedArchive", "-Xlog:disable"));
    command.add("-XX:SharedArchiveFile=" + ProjectFiles.resolve("target").resolve("trino-cli.jsa"));
    command.addAll(List.of("-jar", file().toString()));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (interruption != null) {
        Poll.until("the time to interrupt the Trino CLI", limit, interruption);
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      }
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(
            "the Trino CLI did not end in "
                + limit.toSeconds()
                + " s; it wrote "
                + Files.readString(out)
                + Files.readString(err));
      }
    } finally {
      process.destroyForcibly();
    }
    return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
