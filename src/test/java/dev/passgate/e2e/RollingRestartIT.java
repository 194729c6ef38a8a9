package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.Background;
import dev.passgate.testing.BesideOthers;
import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.balancer.HaProxy;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.SharedTrino;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two replicas, each a process with the shutdown that ships, behind HAProxy as {@code
 * docs/shutdown.md} has it, are restarted one after the other while real clients query. {@code
 * -Dpassgate.rolling.clients=50 -Dpassgate.rolling.restarts=10} is the run whose figures are there.
 */
@NeedsServers
@BesideOthers
class RollingRestartIT {

  private static final Logger LOG = LoggerFactory.getLogger(RollingRestartIT.class);

  private static final int CLIENTS = Integer.getInteger("passgate.rolling.clients", 3);
  private static final int RESTARTS = Integer.getInteger("passgate.rolling.restarts", 1);
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String SIGNING_KEY = "cm9sbGluZyByZXN0YXJ0cyBrZWVwIG9uZSBzZWNyZXQ=";

  /** 128 and the number of SIGTERM, as of each JVM that it ends. */
  private static final int TERMINATED = 143;

  private final int[] ports = {LoopbackPort.free(), LoopbackPort.free()};
  private final int[] managementPorts = {LoopbackPort.free(), LoopbackPort.free()};
  private final @Nullable GatewayProcess[] replicas = new GatewayProcess[ports.length];

  private LocalIssuer issuer;
  private HaProxy balancer;
  private RollingClients clients;

  @BeforeEach
  void start() {
    assumeTrue(HaProxy.isInstalled(), "HAProxy is not installed");
    issuer = LocalIssuer.start("acme");
    Map<URI, URI> servers = new LinkedHashMap<>();
    List<CompletableFuture<Void>> starts = new ArrayList<>();
    for (int i = 0; i < ports.length; i++) {
      int number = i;
      starts.add(Background.run(() -> start(number)));
      servers.put(loopback(ports[i]), loopback(managementPorts[i]));
    }
    starts.forEach(CompletableFuture::join);
    balancer = HaProxy.checking(servers);
    for (int i = 0; i < ports.length; i++) {
      awaitUp(i);
    }
    clients = new RollingClients(balancer, issuer, SharedTrino.get().uri());
  }

  @AfterEach
  void stop() {
    if (clients != null) {
      clients.close();
    }
    if (balancer != null) {
      balancer.close();
    }
    for (GatewayProcess replica : replicas) {
      if (replica != null) {
        replica.close();
      }
    }
    if (issuer != null) {
      issuer.close();
    }
  }

  private static URI loopback(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  private void start(int number) {
    replicas[number] =
        GatewayProcess.start(
            Gateway.inFrontOf(SharedTrino.get().uri())
                .trust(issuer)
                .with("passgate.signing-key", SIGNING_KEY)
                .with("passgate.trusted-proxies", "127.0.0.1")
                .without("passgate.shutdown.delay"),
            ports[number],
            managementPorts[number],
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1");
  }

  private void awaitUp(int number) {
    Poll.until("HAProxy to see replica " + number, LIMIT, () -> balancer.isUp(number));
  }

  @Test
  @Timeout(3_600)
  void noQueryFails() throws Exception {
    long begin = System.nanoTime();
    clients.start(CLIENTS);
    clients.awaitRound();
    for (int restart = 0; restart < RESTARTS; restart++) {
      for (int number = 0; number < replicas.length; number++) {
        restart(number);
      }
    }
    clients.awaitRound();
    clients.finish();

    LOG.info(
        "{} rolling restarts in {} s; queries by {}; failed {}",
        RESTARTS,
        (System.nanoTime() - begin) / 1_000_000_000,
        clients.queries(),
        clients.failures().size());
    assertThat(clients.failures()).as(balancer.statistics()).isEmpty();
    assertThat(clients.queries().values()).allMatch(queries -> queries > 0);
  }

  private void restart(int number) {
    GatewayProcess replica = Objects.requireNonNull(replicas[number]);
    clients.note("replica " + number + " is told to end");
    replica.terminate();
    assertThat(replica.awaitEnd(LIMIT)).isEqualTo(TERMINATED);
    clients.note("replica " + number + " has ended");
    assertThat(replica.log())
        .contains("The service to clients has ended")
        .contains("cut=\"0\"")
        .doesNotContain("Exception", "ERROR");
    replica.close();

    start(number);
    clients.note("replica " + number + " is ready");
    awaitUp(number);
    clients.note("HAProxy sees replica " + number);
  }
}
