package dev.passgate.quickstart;

import dev.passgate.testing.LoopbackPort;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

/** The ports of the gateway: the defaults, or what arguments or the environment ask for. */
record Ports(int http, int tls, int management) {

  static Ports of(String[] arguments) {
    var environment = new StandardEnvironment();
    environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
    return new Ports(
        environment.getProperty("server.port", Integer.class, 8888),
        environment.getProperty("passgate.tls.port", Integer.class, 8443),
        environment.getProperty("management.server.port", Integer.class, 9090));
  }

  /** Asks before a minute is spent on what could not work. */
  void requireFree() {
    require(http, "server.port");
    require(tls, "passgate.tls.port");
    require(management, "management.server.port");
  }

  private static void require(int port, String property) {
    if (!LoopbackPort.isFree(port)) {
      throw new QuickStartException(
          "Port %d is taken. Stop what listens there, or choose another: ".formatted(port)
              + "./mvnw spring-boot:test-run -Dspring-boot.run.arguments=--%s=PORT"
                  .formatted(property));
    }
  }
}
