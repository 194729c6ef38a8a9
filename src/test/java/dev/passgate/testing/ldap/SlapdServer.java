package dev.passgate.testing.ldap;

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
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** OpenLDAP's slapd as a child process, from Debian's package of that name. */
final class SlapdServer implements LdapServer {

  private static final Path PROGRAM = Path.of("/usr/sbin/slapd");
  private static final Path SCHEMA = Path.of("/etc/ldap/schema");
  private static final Path MODULES = Path.of("/usr/lib/ldap");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Path folder;
  private final SelfSignedCertificate certificate;
  private final int port;
  private final int tlsPort;
  private @Nullable NativeProcess process;

  private SlapdServer(Path folder, SelfSignedCertificate certificate, int port, int tlsPort) {
    this.folder = folder;
    this.certificate = certificate;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  static boolean isInstalled() {
    return Files.isExecutable(PROGRAM) && Files.isDirectory(SCHEMA) && Files.isDirectory(MODULES);
  }

  static SlapdServer start() {
    Path folder = TemporaryFolder.create("slapd");
    SlapdServer server =
        new SlapdServer(
            folder,
            SelfSignedCertificate.createRsaIn(folder),
            LoopbackPort.free(),
            LoopbackPort.free());
    try {
      Files.createDirectory(folder.resolve("data"));
      Files.writeString(folder.resolve("slapd.conf"), server.configuration());
      Files.writeString(folder.resolve("people.ldif"), People.ldif());
      server.run(
          List.of(
              "/usr/sbin/slapadd",
              "-q",
              "-f",
              server.file("slapd.conf"),
              "-l",
              server.file("people.ldif")));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot prepare " + folder, e);
    }
    server.resume();
    return server;
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private String configuration() {
    List<String> lines = new ArrayList<>();
    for (String schema : List.of("core", "cosine", "inetorgperson")) {
      lines.add("include " + SCHEMA.resolve(schema + ".schema"));
    }
    lines.addAll(
        List.of(
            "pidfile " + file("slapd.pid"),
            "modulepath " + MODULES,
            "moduleload back_mdb",
            "TLSCertificateFile " + certificate.certificatePem(),
            "TLSCertificateKeyFile " + certificate.privateKeyPem(),
            // A directory that takes a name without a password for a success, as some do.
            "allow bind_anon_cred bind_anon_dn",
            "access to attrs=userPassword by anonymous auth by * none",
            "access to * by self read by dn.exact=\"" + People.READER + "\" read by * none",
            "database mdb",
            "maxsize 16777216",
            "suffix \"" + People.BASE + "\"",
            "directory " + file("data"),
            ""));
    return String.join("\n", lines);
  }

  private void run(List<String> command) throws IOException {
    Process done =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("slapadd.log").toFile())
            .start();
    try {
      if (!done.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || done.exitValue() != 0) {
        throw new IOException(Files.readString(folder.resolve("slapadd.log")));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      done.destroyForcibly();
    }
  }

  @Override
  public URI uri() {
    return URI.create("ldap://127.0.0.1:" + port);
  }

  @Override
  public URI tlsUri() {
    return URI.create("ldaps://127.0.0.1:" + tlsPort);
  }

  @Override
  public SelfSignedCertificate certificate() {
    return certificate;
  }

  @Override
  public void resume() {
    String urls = uri() + "/ " + tlsUri() + "/ ldaps://127.0.0.2:" + tlsPort + "/";
    NativeProcess started =
        NativeProcess.start(
            folder.resolve("slapd.log"),
            List.of(PROGRAM.toString(), "-d", "none", "-f", file("slapd.conf"), "-h", urls));
    process = started;
    Poll.until("slapd", LIMIT, () -> listens(port) && listens(tlsPort), started::log);
  }

  private static boolean listens(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    }
  }

  @Override
  public void halt() {
    NativeProcess running = process;
    if (running != null) {
      process = null;
      running.close();
    }
  }

  @Override
  public void close() {
    halt();
    TemporaryFolder.delete(folder);
  }
}
