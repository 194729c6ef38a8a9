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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * HAProxy as a child process, from Debian's package of that name, as a plain balancer: each request
 * goes to the next of the servers, whoever sent it and on whichever connection. What a server
 * refuses to be connected for goes to another; nothing else is repeated. It ends TLS.
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

  private HaProxy(
      Path folder,
      SelfSignedCertificate certificate,
      NativeProcess process,
      int port,
      int tlsPort) {
    this.folder = folder;
    this.certificate = certificate;
    this.process = process;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /** For an assumption. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /**
   * Starts one with an HTTP and an HTTPS listener.
   *
   * @param servers where the servers listen for HTTP, whether they do so already or not
   */
  public static HaProxy inFrontOf(List<URI> servers) {
    Path folder = TemporaryFolder.create("haproxy");
    SelfSignedCertificate certificate = SelfSignedCertificate.create();
    int port = LoopbackPort.free();
    int tlsPort = LoopbackPort.free();
    Path file = folder.resolve("haproxy.cfg");
    try {
      Files.writeString(
          folder.resolve("shown.pem"),
          Files.readString(certificate.certificatePem())
              + Files.readString(certificate.privateKeyPem()));
      Files.writeString(file, configuration(folder, port, tlsPort, servers));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder, e);
    }
    NativeProcess process =
        NativeProcess.start(
            folder.resolve("haproxy.log"), List.of(PROGRAM.toString(), "-f", file.toString()));
    HaProxy balancer = new HaProxy(folder, certificate, process, port, tlsPort);
    Poll.until("HAProxy", LIMIT, () -> listens(port) && listens(tlsPort), process::log);
    return balancer;
  }

  private static String configuration(Path folder, int port, int tlsPort, List<URI> servers) {
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
            "  http-reuse never",
            // A connection a request, so that none is sent on one that is just being closed.
            "  option http-server-close",
            "  option redispatch 1",
            "  retries 3",
            "listen gateways",
            "  bind 127.0.0.1:" + port,
            "  bind 127.0.0.1:" + tlsPort + " ssl crt " + folder.resolve("shown.pem"),
            "  balance roundrobin",
            "  http-request set-header X-Forwarded-Proto https if { ssl_fc }",
            "  http-request set-header X-Forwarded-Proto http if !{ ssl_fc }",
            "  http-request set-header X-Forwarded-Host %[req.hdr(host)]",
            "  http-response set-header " + SERVER + " %s",
            "  default-server check inter 200ms fall 2 rise 1"));
    for (int i = 0; i < servers.size(); i++) {
      lines.add("  server s" + i + " " + servers.get(i).getAuthority());
    }
    return String.join("\n", lines) + "\n";
  }

  private static boolean listens(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
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
    process.close();
    TemporaryFolder.delete(folder);
  }
}
