package dev.passgate.training;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The gateway in a JVM of its own, which records what it does. */
final class TrainedGateway implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  /** The JVM that records starts another at its end, which makes the cache from the record. */
  private static final Duration END_LIMIT = Duration.ofMinutes(5);

  /**
   * Options of this JVM that are not for one that makes a cache: which one to use, its heap,
   * agents, and properties, which may be settings of the gateway that is to serve; but for the
   * JDK's own.
   */
  private static final Predicate<String> LEFT_OUT =
      option ->
          option.startsWith("-XX:AOT")
              || option.startsWith("-Xm") // the size of the heap is set below
              || option.startsWith("-agent")
              || option.startsWith("-javaagent")
              || (option.startsWith("-D") && !option.startsWith("-Djdk."));

  /** Of the environment. The rest may be settings of the gateway that is to serve. */
  private static final Set<String> KEPT =
      Set.of("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH", "MALLOC_ARENA_MAX");

  private final Process process;
  private final Path log;
  private final Path cache;
  private final int port;
  private final int tlsPort;
  private final int managementPort;
  private final Certificate certificate;
  private final PasswordFile passwords;
  private final Thread endWithThis = new Thread(this::kill, "training-end");

  private TrainedGateway(
      Process process,
      Path log,
      Path cache,
      int[] ports,
      Certificate certificate,
      PasswordFile passwords) {
    this.process = process;
    this.log = log;
    this.cache = cache;
    this.port = ports[0];
    this.tlsPort = ports[1];
    this.managementPort = ports[2];
    this.certificate = certificate;
    this.passwords = passwords;
    Runtime.getRuntime().addShutdownHook(endWithThis);
  }

  /**
   * Starts one, and waits until it is ready.
   *
   * @param folder for files of the run
   * @param cache where its AOT cache is to go
   */
  static TrainedGateway start(Path folder, Path cache, StubTrino trino, StubIssuer issuer)
      throws IOException, InterruptedException {
    Certificate certificate = Certificate.create(folder);
    PasswordFile passwords = PasswordFile.create(folder);
    int[] ports = {freePort(), freePort(), freePort()};
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(LEFT_OUT.negate())
        .forEach(command::add);
    // On a machine of a hundred GB references would have another size than where it is served.
    command.add("-Xmx512m");
    command.add("-XX:AOTCacheOutput=" + cache);
    // As it is served: the cache is for this class path, in this spelling.
    command.add("-jar");
    command.add(System.getProperty("java.class.path"));
    settings(ports, certificate, passwords, trino, issuer)
        .forEach((key, value) -> command.add("--" + key + "=" + value));
    Path log = folder.resolve("gateway.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.environment().keySet().retainAll(KEPT);
    TrainedGateway gateway =
        new TrainedGateway(builder.start(), log, cache, ports, certificate, passwords);
    try {
      gateway.awaitReady();
      return gateway;
    } catch (IOException | InterruptedException | RuntimeException e) {
      gateway.close();
      throw e;
    }
  }

  private static Map<String, Object> settings(
      int[] ports,
      Certificate certificate,
      PasswordFile passwords,
      StubTrino trino,
      StubIssuer issuer) {
    byte[] signingKey = new byte[32];
    new SecureRandom().nextBytes(signingKey);
    return Map.ofEntries(
        Map.entry("spring.config.location", "classpath:/"),
        Map.entry("server.address", "127.0.0.1"),
        Map.entry("server.port", ports[0]),
        Map.entry("management.server.address", "127.0.0.1"),
        Map.entry("management.server.port", ports[2]),
        Map.entry("passgate.shutdown.delay", "0s"),
        Map.entry("passgate.tls.port", ports[1]),
        Map.entry("passgate.tls.bundle", "training"),
        Map.entry("spring.ssl.bundle.jks.training.keystore.type", "PKCS12"),
        Map.entry("spring.ssl.bundle.jks.training.keystore.location", certificate.file().toUri()),
        Map.entry("spring.ssl.bundle.jks.training.keystore.password", certificate.password()),
        Map.entry("passgate.signing-key", Base64.getEncoder().encodeToString(signingKey)),
        Map.entry("passgate.authentication.basic.file.path", passwords.file()),
        Map.entry("passgate.issuers.training.issuer-uri", issuer.uri()),
        Map.entry("passgate.issuers.training.audiences", StubIssuer.AUDIENCE),
        Map.entry("passgate.issuers.training.algorithms", "RS256,ES256"),
        Map.entry("passgate.clusters.training.url", trino.uri()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!isReady()) {
      if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
        throw new TrainingException("the gateway did not start.\n" + lastWords());
      }
      if (System.nanoTime() - deadline > 0) {
        throw new TrainingException("the gateway was not ready in time.\n" + lastWords());
      }
    }
  }

  private boolean isReady() {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              management().resolve("/actuator/health/readiness").toURL().openConnection();
      connection.setConnectTimeout(1000);
      connection.setReadTimeout(5000);
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  URI tlsUri() {
    return URI.create("https://localhost:" + tlsPort);
  }

  URI management() {
    return URI.create("http://127.0.0.1:" + managementPort);
  }

  Certificate certificate() {
    return certificate;
  }

  PasswordFile passwords() {
    return passwords;
  }

  /** Ends it as an operator does, and waits until its cache is there. */
  void end() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new TrainingException("the cache was not made in time.\n" + lastWords());
    }
    if (!Files.exists(cache)) {
      throw new TrainingException("the JVM made none.\n" + lastWords());
    }
  }

  /** The end of its log. */
  String lastWords() throws IOException {
    List<String> lines = Files.readAllLines(log, ISO_8859_1);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  @Override
  public void close() {
    kill();
    try {
      Runtime.getRuntime().removeShutdownHook(endWithThis);
    } catch (IllegalStateException e) {
      // This JVM ends, and the hook runs already.
    }
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
