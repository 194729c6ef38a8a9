package dev.passgate.testing.prometheus;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.Poll;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.process.NativeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Prometheus as a child process, from Debian's package, with the project's own configuration. */
public final class Prometheus implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/bin/prometheus");
  private static final Path TOOL = Path.of("/usr/bin/promtool");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final NativeProcess process;
  private final URI uri;

  private Prometheus(NativeProcess process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  /** For an assumption. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM) && Files.isExecutable(TOOL);
  }

  /** What promtool says of the project's files, after its exit status. */
  public static String promtool(String... arguments) {
    Path log = TemporaryFolder.create("promtool").resolve("log");
    List<String> command = new ArrayList<>(List.of(TOOL.toString()));
    command.addAll(List.of(arguments));
    try {
      Process tool =
          new ProcessBuilder(command)
              .directory(ProjectFiles.resolve("config/prometheus").toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (!tool.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        tool.destroyForcibly();
        throw new IllegalStateException("promtool does not end");
      }
      return tool.exitValue() + " " + Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run promtool", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Starts one that reads a gateway, more often than the project's configuration says. */
  public static Prometheus reading(URI management) {
    Path folder = TemporaryFolder.create("prometheus");
    int port = LoopbackPort.free();
    try {
      Path rules = ProjectFiles.resolve("config/prometheus/alerts.yml");
      Files.copy(rules, folder.resolve("alerts.yml"));
      String shipped = Files.readString(ProjectFiles.resolve("config/prometheus/prometheus.yml"));
      Files.writeString(
          folder.resolve("prometheus.yml"),
          shipped
              .replace("passgate:9090", management.getAuthority())
              .replace("_interval: 5s", "_interval: 1s"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder, e);
    }
    NativeProcess process =
        NativeProcess.start(
            folder.resolve("prometheus.log"),
            List.of(
                PROGRAM.toString(),
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port));
    Prometheus prometheus = new Prometheus(process, URI.create("http://127.0.0.1:" + port));
    Poll.until(
        "prometheus",
        LIMIT,
        () -> prometheus.get("/-/ready").status() == 200,
        prometheus.process::log);
    return prometheus;
  }

  /** The series that an expression gives now. */
  public List<JsonNode> query(String expression) {
    return ask("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
        .path("data")
        .path("result")
        .valueStream()
        .toList();
  }

  /** The alerting rules as it has read them, with their health. */
  public List<JsonNode> rules() {
    return ask("/api/v1/rules")
        .path("data")
        .path("groups")
        .valueStream()
        .flatMap(group -> group.path("rules").valueStream())
        .toList();
  }

  private JsonNode ask(String target) {
    RawResponse answer = get(target);
    if (answer.status() != 200) {
      throw new IllegalStateException(target + ": " + answer.text());
    }
    return JsonMapper.shared().readTree(answer.text());
  }

  private RawResponse get(String target) {
    return RawHttp.exchange(
        uri, "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  }

  @Override
  public void close() {
    process.close();
  }
}
