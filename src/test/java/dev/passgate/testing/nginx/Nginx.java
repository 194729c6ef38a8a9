package dev.passgate.testing.nginx;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.Poll;
import dev.passgate.testing.ProjectFiles;
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
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * nginx as a child process, from Debian's package of that name, with the configuration that the
 * README shows. It ends TLS.
 */
public final class Nginx implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/sbin/nginx");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```nginx\\n(.*?)^```$");

  private final Path folder;
  private final SelfSignedCertificate certificate;
  private final NativeProcess process;
  private final int port;

  private Nginx(Path folder, SelfSignedCertificate certificate, NativeProcess process, int port) {
    this.folder = folder;
    this.certificate = certificate;
    this.process = process;
    this.port = port;
  }

  /** For an assumption. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /** Starts one that asks a gateway about each request to a Trino. */
  public static Nginx asking(URI gateway, URI trino) {
    Path folder = TemporaryFolder.create("nginx");
    SelfSignedCertificate certificate = SelfSignedCertificate.create();
    int port = LoopbackPort.free();
    Path file = folder.resolve("nginx.conf");
    try {
      Files.writeString(file, configuration(folder, certificate, port, gateway, trino));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder, e);
    }
    NativeProcess process =
        NativeProcess.start(
            folder.resolve("nginx.log"),
            List.of(
                PROGRAM.toString(),
                "-e",
                "stderr",
                "-p",
                folder.toString(),
                "-c",
                file.toString()));
    Nginx nginx = new Nginx(folder, certificate, process, port);
    Poll.until("nginx", LIMIT, () -> listens(port), process::log);
    return nginx;
  }

  private static String configuration(
      Path folder, SelfSignedCertificate certificate, int port, URI gateway, URI trino)
      throws IOException {
    String shown = shown();
    Map<String, String> places =
        Map.of(
            "passgate.internal:8888", gateway.getAuthority(),
            "trino.internal:8080", trino.getAuthority(),
            "listen 443 ssl", "listen 127.0.0.1:" + port + " ssl",
            "/etc/nginx/trino.crt", certificate.certificatePem().toString(),
            "/etc/nginx/trino.key", certificate.privateKeyPem().toString());
    for (Map.Entry<String, String> place : places.entrySet()) {
      if (!shown.contains(place.getKey())) {
        throw new IllegalStateException("the README's nginx has no " + place.getKey());
      }
      shown = shown.replace(place.getKey(), place.getValue());
    }
    StringBuilder whole = new StringBuilder();
    // Ignored where it is not root that runs it; else workers could not enter the folder.
    whole.append("user ").append(System.getProperty("user.name")).append(";\n");
    whole.append("daemon off;\nworker_processes 1;\npid nginx.pid;\n");
    whole.append("error_log stderr info;\nevents {}\nhttp {\naccess_log off;\n");
    for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      whole.append(kind).append("_temp_path ").append(folder.resolve(kind)).append(";\n");
    }
    return whole.append(shown).append("}\n").toString();
  }

  /** What the README says that people are to write. */
  private static String shown() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(ProjectFiles.resolve("README.md")));
    if (!block.find()) {
      throw new IllegalStateException("the README shows no nginx");
    }
    return block.group(1);
  }

  private static boolean listens(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  /** Where it listens for HTTPS. */
  public URI uri() {
    return URI.create("https://localhost:" + port);
  }

  /** What it shows. */
  public SelfSignedCertificate certificate() {
    return certificate;
  }

  /** All that it wrote. */
  public String log() {
    return process.log();
  }

  @Override
  public void close() {
    process.close();
    TemporaryFolder.delete(folder);
  }
}
