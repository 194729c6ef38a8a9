package dev.passgate.e2e;

import dev.passgate.PassgateApplication;
import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The gateway in a JVM of its own, whose memory says something of the gateway alone. */
final class GatewayProcess implements AutoCloseable {

  /** Of a start beside clients that leave it little of the processors too. */
  private static final Duration LIMIT = Duration.ofMinutes(4);

  /** The whole heap, or one of its generations, as {@code GC.heap_info} tells it. */
  private static final Pattern USED = Pattern.compile(" total .*, used (\\d+)K ");

  private final JavaProcess process;
  private final Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private final int managementPort;

  private GatewayProcess(JavaProcess process, Path folder, int port, int managementPort) {
    this.process = process;
    this.folder = folder;
    this.port = port;
    this.managementPort = managementPort;
  }

  /** Starts one with these options of the JVM. */
  static GatewayProcess start(Gateway.Builder builder, String... options) {
    return start(builder, LoopbackPort.free(), LoopbackPort.free(), options);
  }

  /** Starts one on these ports. */
  static GatewayProcess start(
      Gateway.Builder builder, int port, int managementPort, String... options) {
    Map<String, Object> properties = new LinkedHashMap<>(builder.properties());
    properties.put("server.port", port);
    properties.put("management.server.port", managementPort);
    String[] arguments =
        properties.entrySet().stream()
            .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
            .toArray(String[]::new);
    JavaProcess.Builder program = JavaProcess.named("gateway");
    for (String option : options) {
      program.option(option);
    }
    Path folder = TemporaryFolder.create("gateway");
    GatewayProcess gateway =
        new GatewayProcess(
            program
                .option("--enable-native-access=ALL-UNNAMED")
                .main(
                    System.getProperty("java.class.path"),
                    PassgateApplication.class.getName(),
                    arguments)
                .start(folder),
            folder,
            port,
            managementPort);
    gateway.process.await("the gateway to start", LIMIT, gateway::isReady);
    return gateway;
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Asks it to end, as {@code kill} and Kubernetes do. */
  void terminate() {
    process.terminate();
  }

  /** Waits for its end, and tells the exit status. */
  int awaitEnd(Duration limit) {
    return process.awaitEnd(limit);
  }

  /** What it wrote. */
  String log() {
    return process.log();
  }

  boolean isReady() throws IOException, InterruptedException {
    return get("/actuator/health/readiness").statusCode() == 200;
  }

  /** How many connections of clients there are. */
  int connections() throws IOException, InterruptedException {
    return get("/actuator/prometheus")
        .body()
        .lines()
        .filter(line -> line.startsWith("passgate_connections "))
        .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
        .sum();
  }

  /**
   * The bytes of the heap that are in use after a garbage collection. Both are asked for at once:
   * what is made in between is a few milliseconds' worth.
   */
  long liveHeap() {
    Path commands = folder.resolve("heap.jcmd");
    Path answer = folder.resolve("heap");
    try {
      Files.writeString(commands, "GC.run\nGC.heap_info\n");
      Process jcmd =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                  "-J-XX:TieredStopAtLevel=1",
                  Long.toString(process.pid()),
                  "-f",
                  commands.toString())
              .redirectErrorStream(true)
              .redirectOutput(answer.toFile())
              .start();
      if (!jcmd.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
        throw new IllegalStateException("jcmd failed: " + Files.readString(answer));
      }
      List<Long> used =
          USED.matcher(Files.readString(answer))
              .results()
              .map(found -> Long.parseLong(found.group(1)) * 1024)
              .toList();
      if (used.isEmpty()) {
        throw new IllegalStateException("No heap in: " + Files.readString(answer));
      }
      return used.stream().mapToLong(Long::longValue).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + path))
            .timeout(Duration.ofSeconds(10))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    // It would wait for answers that nobody reads any more.
    process.kill();
    process.close();
    client.close();
    TemporaryFolder.delete(folder);
  }
}
