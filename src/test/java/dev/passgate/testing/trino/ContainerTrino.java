package dev.passgate.testing.trino;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import dev.passgate.testing.Console;
import dev.passgate.testing.Poll;
import dev.passgate.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.trino.TrinoContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/** A real Trino in a container of its public image, for machines with an engine. */
final class ContainerTrino implements TrinoInstance {

  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final int PORT = 8080;
  private static final Pattern IPV4 = Pattern.compile("[0-9]+([.][0-9]+){3}");
  private static final List<String> TALKERS =
      List.of("org.testcontainers", "tc", "com.github.dockerjava");

  private final TrinoContainer container;
  private final Path folder;
  private final Thread hook;

  private ContainerTrino(TrinoContainer container, Path folder) {
    this.container = container;
    this.folder = folder;
    this.hook = new Thread(container::stop, "stop-trino");
    // Testcontainers' own helper may be switched off, and then nobody else stops it.
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Whether an engine is at hand that has the image. The engine's own client is asked: it answers
   * at once, while Testcontainers first looks for what it cannot do without.
   */
  static boolean isAvailable() {
    try {
      Process docker =
          new ProcessBuilder("docker", "image", "inspect", image().asCanonicalNameString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!docker.waitFor(10, TimeUnit.SECONDS)) {
        docker.destroyForcibly();
        return false;
      }
      return docker.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static DockerImageName image() {
    return DockerImageName.parse("trinodb/trino:" + TrinoDistribution.VERSION);
  }

  static ContainerTrino start(TrinoSetup setup) {
    setLevel(Level.ERROR);
    DockerImageName image = image();
    Path folder = TemporaryFolder.create("trino");
    Console.say("Starting a container of " + image);
    try {
      Path etc = folder.resolve("etc");
      setup.writeTo(etc);
      TrinoContainer container = new TrinoContainer(image);
      container
          .withEnv("TRINO_HTTP_PORT", String.valueOf(PORT))
          .withCreateContainerCmdModifier(ContainerTrino::onOneAddressOnly)
          .withCopyFileToContainer(MountableFile.forHostPath(etc, 0755), "/etc/trino");
      container.setWaitStrategy(
          Wait.forHttp("/v1/info")
              .forPort(PORT)
              .forResponsePredicate(body -> body.contains("\"starting\":false"))
              .withStartupTimeout(START_LIMIT));
      container.start();
      ContainerTrino trino = new ContainerTrino(container, folder);
      trino.awaitReady();
      return trino;
    } catch (IOException | RuntimeException e) {
      TemporaryFolder.delete(folder);
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new UncheckedIOException("cannot configure Trino in " + folder, (IOException) e);
    }
  }

  /** It asks nobody for a credential: nobody but this machine is to reach it. */
  private static void onOneAddressOnly(CreateContainerCmd command) {
    Objects.requireNonNull(command.getHostConfig())
        .withPortBindings(new PortBinding(Ports.Binding.bindIp(address()), ExposedPort.tcp(PORT)));
  }

  /**
   * Where Testcontainers reaches containers: loopback, or the engine's bridge where the tests are
   * in a container themselves.
   */
  private static String address() {
    String host = DockerClientFactory.instance().dockerHostIpAddress();
    return IPV4.matcher(host).matches() ? host : "127.0.0.1";
  }

  @Override
  public URI uri() {
    return URI.create("http://" + address() + ":" + container.getMappedPort(PORT));
  }

  private void awaitReady() {
    try (HttpClient client = HttpClient.newHttpClient()) {
      StatementClient statements = new StatementClient(client, uri());
      Poll.until(
          "Trino to answer a query on " + uri(),
          START_LIMIT,
          () -> TrinoServer.answers(statements),
          container::getLogs);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the JVM is ending, and the hook with it
    }
    container.stop();
    TemporaryFolder.delete(folder);
  }

  private static void setLevel(Level level) {
    for (String talker : TALKERS) {
      ((Logger) LoggerFactory.getLogger(talker)).setLevel(level);
    }
  }
}
