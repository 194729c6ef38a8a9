package dev.passgate.testing.balancer;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.process.NativeProcess;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * HAProxy as a child process, from Debian's package of that name, as a plain balancer: each request
 * goes to the next of the servers, whoever sent it and on whichever connection. No request is
 * repeated. It ends TLS.
 */
public final class HaProxy implements AutoCloseable {

  /** A response header that names the server which answered, such as {@code s0}. */
  public static final String SERVER = "X-Balanced-To";

  private static final Path PROGRAM = Path.of("/usr/sbin/haproxy");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path folder;
  private final SelfSignedCertificate certificate;
  private final NativeProcess process;
  private final int port;
  private final int tlsPort;
  private final int statisticsPort;
  private final HttpClient client = HttpClient.newHttpClient();

  private HaProxy(
      Path folder,
      SelfSignedCertificate certificate,
      NativeProcess process,
      int port,
      int tlsPort,
      int statisticsPort) {
    this.folder = folder;
    this.certificate = certificate;
    this.process = process;
    this.port = port;
    this.tlsPort = tlsPort;
    this.statisticsPort = statisticsPort;
  }

  /** For an assumption. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /**
   * Starts one with an HTTP and an HTTPS listener, which has a connection to a server for each
   * request, and gives what a server refuses to be connected for to another.
   *
   * @param servers where the servers listen for HTTP, whether they do so already or not
   */
  public static HaProxy inFrontOf(List<URI> servers) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "  http-reuse never",
                // A connection a request, so that none is sent on one that is just being closed.
                "  option http-server-close",
                "  option redispatch 1",
                "  default-server check inter 200ms fall 2 rise 1"));
    for (int i = 0; i < servers.size(); i++) {
      lines.add("  server s" + i + " " + servers.get(i).getAuthority());
    }
    return start(lines);
  }

  /**
   * Starts one as {@code docs/shutdown.md} has it: it keeps connections to the servers, asks for
   * their readiness, and gives nothing of a server that refuses to be connected to another.
   *
   * @param servers where gateways listen for HTTP, and where for their management, in this order
   */
  public static HaProxy checking(Map<URI, URI> servers) {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "  default-server check inter 1s fall 2 rise 1",
                "  timeout check 5s",
                "  option httpchk",
                "  http-check send meth GET uri /actuator/health/readiness"
                    + " ver HTTP/1.1 hdr Host gateway"));
    int number = 0;
    for (Map.Entry<URI, URI> server : servers.entrySet()) {
      String address = server.getKey().getAuthority();
      lines.add(
          "  server s%d %s port %d".formatted(number++, address, server.getValue().getPort()));
    }
    return start(lines);
  }

  private static HaProxy start(List<String> servers) {
    Path folder = TemporaryFolder.create("haproxy");
    SelfSignedCertificate certificate = SelfSignedCertificate.create();
    int port = LoopbackPort.free();
    int tlsPort = LoopbackPort.free();
    int statisticsPort = LoopbackPort.free();
    Path file = folder.resolve("haproxy.cfg");
    try {
      Files.writeString(
          folder.resolve("shown.pem"),
          Files.readString(certificate.certificatePem())
              + Files.readString(certificate.privateKeyPem()));
      Files.writeString(file, configuration(folder, port, tlsPort, statisticsPort, servers));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder, e);
    }
    NativeProcess process =
        NativeProcess.start(
            folder.resolve("haproxy.log"), List.of(PROGRAM.toString(), "-f", file.toString()));
    HaProxy balancer = new HaProxy(folder, certificate, process, port, tlsPort, statisticsPort);
    Poll.until(
        "HAProxy",
        LIMIT,
        () -> listens(port) && listens(tlsPort) && listens(statisticsPort),
        process::log);
    return balancer;
  }

  private static String configuration(
      Path folder, int port, int tlsPort, int statisticsPort, List<String> servers) {
    List<String> lines = new ArrayList<>();
    lines.addAll(
        List.of(
            "global",
            "  maxconn 2000",
            // Half of it is what a message's head may take.
            "  tune.bufsize 131072",
            "defaults",
            "  mode http",
            "  timeout connect 5s",
            "  timeout client 3m",
            "  timeout server 3m",
            "  retries 3",
            "listen statistics",
            "  bind 127.0.0.1:" + statisticsPort,
            "  stats enable",
            "  stats uri /",
            "listen gateways",
            "  bind 127.0.0.1:" + port,
            "  bind 127.0.0.1:" + tlsPort + " ssl crt " + folder.resolve("shown.pem"),
            "  balance roundrobin",
            "  http-request set-header X-Forwarded-Proto https if { ssl_fc }",
            "  http-request set-header X-Forwarded-Proto http if !{ ssl_fc }",
            "  http-request set-header X-Forwarded-Host %[req.hdr(host)]",
            "  http-response set-header " + SERVER + " %s"));
    lines.addAll(servers);
    return String.join("\n", lines) + "\n";
  }

  private static boolean listens(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  /** Whether it takes a server for healthy; the first one has the number 0. */
  public boolean isUp(int number) throws IOException, InterruptedException {
    return statistics()
        .lines()
        .filter(line -> line.startsWith("gateways,s" + number + ","))
        .anyMatch(line -> line.contains(",UP,"));
  }

  /** Its table of servers: their states, and what became of connections and requests. */
  public String statistics() throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + statisticsPort + "/;csv"))
                .timeout(LIMIT)
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  /** Where it listens for HTTP. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Where it listens for HTTPS. */
  public URI tlsUri() {
    return URI.create("https://localhost:" + tlsPort);
  }

  /** What it shows. */
  public SelfSignedCertificate certificate() {
    return certificate;
  }

  @Override
  public void close() {
    client.close();
    process.close();
    TemporaryFolder.delete(folder);
  }
}
