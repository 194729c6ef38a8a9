package dev.passgate.testing.trino;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/** A real Trino as a child process, on a port of loopback, with a data folder of its own. */
public final class TrinoServer implements TrinoInstance {

  private static final Duration START_LIMIT = Duration.ofMinutes(3);

  private final URI uri;
  private final Path folder;
  private final JavaProcess process;

  private TrinoServer(URI uri, Path folder, JavaProcess process) {
    this.uri = uri;
    this.folder = folder;
    this.process = process;
  }

  /** Starts one and waits until it answers a query. */
  public static TrinoServer start(TrinoSetup setup) {
    return start(setup, LoopbackPort.free());
  }

  /** As above, on a port that is free. */
  static TrinoServer start(TrinoSetup setup, int port) {
    Path distribution = TrinoDistribution.folder();
    Path folder = TemporaryFolder.create("trino");
    URI uri = URI.create("http://127.0.0.1:" + port);
    JavaProcess process = null;
    try {
      // The launcher of the image runs Trino in its data folder, with "etc" linked there. Relative
      // paths of the configuration hold in both.
      Path etc = folder.resolve("etc");
      setup.writeTo(etc);
      process = command(distribution, etc, uri).start(folder);
      TrinoServer server = new TrinoServer(uri, folder, process);
      server.awaitReady(setup.isCoordinator());
      return server;
    } catch (IOException | RuntimeException e) {
      if (process != null) {
        process.close();
      }
      TemporaryFolder.delete(folder);
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new UncheckedIOException("cannot configure Trino in " + folder, (IOException) e);
    }
  }

  /** An address for one that is started later. */
  static URI freeAddress() {
    return URI.create("http://127.0.0.1:" + LoopbackPort.free());
  }

  @Override
  public URI uri() {
    return uri;
  }

  /** The process, for tests that look at it from outside. */
  public JavaProcess process() {
    return process;
  }

  @Override
  public void close() {
    // What it knows goes with its folder.
    process.kill();
    process.close();
    TemporaryFolder.delete(folder);
  }

  private static JavaProcess.Builder command(Path distribution, Path etc, URI uri)
      throws IOException {
    JavaProcess.Builder builder =
        JavaProcess.named("trino").environment("TRINO_HTTP_PORT", String.valueOf(uri.getPort()));
    Files.readAllLines(etc.resolve("jvm.config")).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(builder::option);
    Properties node = TrinoSetup.read(etc.resolve("node.properties"));
    node.setProperty("node.data-dir", etc.resolveSibling("data").toString());
    node.setProperty("plugin.dir", distribution.resolve("plugin").toString());
    // Trino's listener binds node.bind-ip, whose default is every address of the machine.
    node.setProperty("node.bind-ip", "127.0.0.1");
    node.setProperty("node.internal-address", "127.0.0.1");
    node.forEach((key, value) -> builder.systemProperty(key.toString(), value.toString()));
    return builder
        .systemProperty("config", etc.resolve("config.properties").toString())
        .systemProperty("log.levels-file", etc.resolve("log.properties").toString())
        .main(distribution.resolve("lib") + "/*", "io.trino.server.TrinoServer");
  }

  private void awaitReady(boolean coordinator) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      process.await("Trino to start on " + uri, START_LIMIT, () -> hasStarted(client));
      if (coordinator) {
        StatementClient statements = new StatementClient(client, uri);
        process.await("Trino to answer a query on " + uri, START_LIMIT, () -> answers(statements));
      }
    }
  }

  private boolean hasStarted(HttpClient client) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri.resolve("/v1/info")).timeout(Duration.ofSeconds(5)).build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    return response.statusCode() == 200 && response.body().contains("\"starting\":false");
  }

  /**
   * Whether a query that needs a worker gets through. A coordinator has started before it has met
   * its workers, itself included: until then such a query fails with "No nodes available".
   */
  static boolean answers(StatementClient statements) {
    StatementClient.Outcome outcome =
        statements.run("SELECT count(*) FROM tpch.tiny.region", "passgate-fixture");
    // One that asks for a credential, or for TLS, has started too, and knows nobody here.
    return outcome.status() == 401 || outcome.status() == 403 || outcome.error() == null;
  }
}
