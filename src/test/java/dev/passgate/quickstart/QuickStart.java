package dev.passgate.quickstart;

import dev.passgate.testing.Console;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.TrinoCli;
import dev.passgate.testing.trino.TrinoInstance;
import dev.passgate.testing.trino.TrinoMode;
import dev.passgate.testing.trino.TrinoSetup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** All that the gateway needs around it to be tried out. It ends with the JVM. */
public final class QuickStart {

  private static final Duration TOKEN_LIFE = Duration.ofHours(8);

  private final Ports ports;
  private final Path folder = TemporaryFolder.create("quick-start");
  private final SelfSignedCertificate certificate = SelfSignedCertificate.createIn(folder);
  private final LocalIssuer acme = LocalIssuer.start("acme");
  private final LocalIssuer globex = LocalIssuer.start("globex");
  private final TrinoInstance trino;
  private final Path cli;

  private QuickStart(Ports ports) {
    this.ports = ports;
    Runtime.getRuntime().addShutdownHook(new Thread(() -> TemporaryFolder.delete(folder)));
    Console.say("Starting Trino (the first time it is downloaded, about 200 MB)");
    this.trino = TrinoMode.configured(TrinoMode.AUTO).start(TrinoSetup.standard());
    Console.say("Trino answers on " + trino.uri());
    this.cli = TrinoCli.file();
  }

  /** Starts the parts around a gateway whose arguments are these. */
  public static QuickStart start(String[] arguments) {
    Ports ports = Ports.of(arguments);
    ports.requireFree();
    return new QuickStart(ports);
  }

  /** The gateway's configuration. */
  public Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    // Not config/application.yml, which Spring Boot would find in the project's folder.
    properties.put("spring.config.location", "classpath:/");
    // For the one who tries it out, on this machine.
    properties.put("server.address", "127.0.0.1");
    properties.put("management.server.address", "127.0.0.1");
    properties.put("server.port", String.valueOf(ports.http()));
    properties.put("management.server.port", String.valueOf(ports.management()));
    properties.put("passgate.shutdown.delay", "0s");
    properties.put("passgate.tls.port", String.valueOf(ports.tls()));
    properties.put("passgate.tls.bundle", "quick-start");
    properties.put("spring.ssl.bundle.jks.quick-start.keystore.type", "PKCS12");
    properties.put(
        "spring.ssl.bundle.jks.quick-start.keystore.location",
        certificate.keyStore().toUri().toString());
    properties.put("spring.ssl.bundle.jks.quick-start.keystore.password", certificate.password());
    properties.put("passgate.clusters.main.url", trino.uri().toString());
    for (LocalIssuer issuer : new LocalIssuer[] {acme, globex}) {
      String prefix = "passgate.issuers." + issuer.name();
      properties.put(prefix + ".issuer-uri", issuer.issuerUri());
      properties.put(prefix + ".audiences", "trino");
    }
    properties.put("passgate.issuers.acme.user.claims", "email");
    properties.put("passgate.issuers.acme.user.pattern", "^(.+)@acme\\.example$");
    properties.put("passgate.issuers.acme.user.template", "$1");
    return properties;
  }

  /** Says how to use the gateway, once it is there. */
  public void printCommands() {
    String alice =
        acme.token("alice").claim("email", "alice@acme.example").expiresIn(TOKEN_LIFE).build();
    String bob = globex.token("bob").expiresIn(TOKEN_LIFE).build();
    String mallory =
        acme.token("mallory")
            .claim("email", "mallory@elsewhere.example")
            .expiresIn(TOKEN_LIFE)
            .build();
    String stray = globex.token("bob").audience("billing").expiresIn(TOKEN_LIFE).build();
    var commands = new Commands(ports.http(), ports.tls(), certificate.certificatePem(), cli);
    commands.print(
        new Commands.Token("alice", alice, write("alice", alice)),
        new Commands.Token("bob", bob, write("bob", bob)),
        new Commands.Token("mallory", mallory, write("mallory", mallory)),
        new Commands.Token("wrong-audience", stray, write("wrong-audience", stray)));
  }

  private Path write(String name, String token) {
    try {
      return Files.writeString(folder.resolve(name + ".token"), token);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a token to " + folder, e);
    }
  }
}
