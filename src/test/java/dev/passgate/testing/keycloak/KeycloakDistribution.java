package dev.passgate.testing.keycloak;

import dev.passgate.testing.Console;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.artifact.Archive;
import dev.passgate.testing.artifact.CacheFolder;
import dev.passgate.testing.artifact.LocalRepository;
import dev.passgate.testing.process.JavaProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** Keycloak as Maven Central has it, with its build step done. */
final class KeycloakDistribution {

  private static final String VERSION = System.getProperty("passgate.keycloak.version", "26.7.3");
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(5);

  private KeycloakDistribution() {}

  /** The unpacked and built server, kept for next time. */
  static Path folder() {
    return CacheFolder.install("keycloak-" + VERSION, KeycloakDistribution::unpack);
  }

  /** Keycloak's own start script in Java: the same on every system, and one process. */
  static JavaProcess.Builder command(Path distribution, Path home, String... arguments) {
    return JavaProcess.named("keycloak")
        .option("-Xmx512m")
        .option("-XX:TieredStopAtLevel=1")
        .option("--enable-native-access=ALL-UNNAMED")
        .option("--sun-misc-unsafe-memory-access=allow")
        .option("--add-opens=java.base/java.util=ALL-UNNAMED")
        .option("--add-opens=java.base/java.util.concurrent=ALL-UNNAMED")
        .option("--add-opens=java.base/java.security=ALL-UNNAMED")
        .systemProperty("kc.home.dir", home.toString())
        .systemProperty("jboss.server.config.dir", home.resolve("conf").toString())
        .systemProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager")
        .systemProperty(
            "java.util.concurrent.ForkJoinPool.common.threadFactory",
            "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory")
        .systemProperty("quarkus-log-max-startup-records", "10000")
        .main(
            distribution.resolve("lib").resolve("quarkus-run.jar").toString(),
            "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
            arguments);
  }

  private static void unpack(Path folder) throws IOException {
    Path archive =
        LocalRepository.resolve("org.keycloak:keycloak-quarkus-dist:" + VERSION + ":tar.gz");
    Console.say("Unpacking Keycloak " + VERSION + " and building it for a fast start (once)");
    Archive.unpack(archive, folder);
    // Without it every first start spends twenty seconds on the same.
    Path logs = TemporaryFolder.create("keycloak-build");
    try (JavaProcess build = command(folder, folder, "build", "--db=dev-file").start(logs)) {
      int status = build.awaitEnd(BUILD_LIMIT);
      if (status != 0) {
        throw new IllegalStateException("Keycloak's build failed; " + build.tail());
      }
    } finally {
      TemporaryFolder.delete(logs);
    }
  }
}
