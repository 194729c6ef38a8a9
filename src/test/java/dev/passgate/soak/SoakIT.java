package dev.passgate.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import dev.passgate.e2e.RowSum;
import dev.passgate.e2e.RowsRead;
import dev.passgate.testing.Background;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.SharedTrino;
import io.trino.jdbc.TrinoDriver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.springframework.boot.convert.DurationStyle;

/**
 * Mixed traffic of real clients with faults all the time: no answer may be wrong, and nothing may
 * leak or grow. {@code -Dpassgate.soak=30m} has it run for so long; the figures are in {@code
 * target/soak}, and of one run in {@code docs/soak.md}.
 */
@NeedsServers
@EnabledIfSystemProperty(
    named = "passgate.soak",
    matches = ".+",
    disabledReason = "runs for as long as -Dpassgate.soak says")
class SoakIT {

  /** The name of the cluster whose coordinator is restarted; the other one's is not. */
  static final String RESTARTED = "other";

  private static final Duration DURATION =
      DurationStyle.detectAndParse(System.getProperty("passgate.soak", "30m"));

  /** Before that, a JVM still learns, and caches fill. */
  private static final Duration JUDGED_FROM = Duration.ofMinutes(10);

  private static final boolean SHORT = DURATION.compareTo(JUDGED_FROM) < 0;
  private static final Duration BETWEEN_FAULTS = Duration.ofMillis(SHORT ? 500 : 4_000);
  private static final Duration BETWEEN_SAMPLES = Duration.ofSeconds(SHORT ? 3 : 10);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  /** A query that nobody asks about counts for 90 seconds. */
  private static final Duration IDLE_QUERY = Duration.ofSeconds(150);

  /**
   * What may be open beyond what was at the start when all clients have gone: connections to the
   * clusters are kept for the next.
   */
  private static final int KEPT_DESCRIPTORS = 64;

  private static final Path REPORT = ProjectFiles.root().resolve("target").resolve("soak");

  private final Path folder = TemporaryFolder.create("soak-files");
  private final Faults faults = new Faults();
  private final List<Sample> samples = new ArrayList<>();
  private final List<LocalIssuer> issuers = new ArrayList<>();
  private final List<CompletableFuture<Void>> crowd = new ArrayList<>();

  private ServerCertificates certificates;
  private LocalIssuer newcomer;
  private SoakedGateway gateway;
  private HttpClient client;
  private TrinoDriver driver;
  private Ledger ledger;
  private Site site;

  @BeforeEach
  void start() throws Exception {
    URI steady = SharedTrino.get().uri();
    URI restarted = SharedTrino.second().uri();
    client = HttpClient.newHttpClient();
    driver = new TrinoDriver();
    certificates = new ServerCertificates(folder);
    FaultPlan.writeFiles(folder);
    issuers.add(LocalIssuer.start("acme"));
    issuers.add(LocalIssuer.start("globex"));
    newcomer = LocalIssuer.start("initech");
    Gateway.Builder settings =
        Gateway.inFrontOf(steady)
            .cluster(RESTARTED, restarted)
            .with("passgate.health.enabled", true)
            .with("passgate.health.interval", "1s")
            .with("passgate.authentication.token-cache.max-entries", 1_000)
            .with("passgate.authentication.basic.file.path", FaultPlan.passwords(folder))
            .with("passgate.authentication.basic.tries.per-user", 1_000_000)
            .with("passgate.authentication.basic.tries.per-address", 1_000_000)
            .with("passgate.authentication.basic.tries.per-user-overall", 1_000_000)
            .with("passgate.issuers.acme.deny-list", FaultPlan.denyList(folder))
            .with("passgate.issuers.globex.user.prefix", Site.SECOND_PREFIX)
            .with("passgate.tls.bundle", "soak")
            .with("spring.ssl.bundle.pem.soak.reload-on-update", true)
            .with("spring.ssl.bundle.watch.file.quiet-period", "500ms")
            .with("spring.ssl.bundle.pem.soak.keystore.certificate", certificates.server().toUri())
            .with("spring.ssl.bundle.pem.soak.keystore.private-key", certificates.server().toUri());
    for (LocalIssuer issuer : issuers) {
      settings
          .trust(issuer)
          .with("passgate.issuers." + issuer.name() + ".keys.refresh-interval", "5s")
          .with("passgate.issuers." + issuer.name() + ".keys.min-refetch-interval", "1s");
    }
    gateway = SoakedGateway.start(settings.properties());
    RowSum large = RowsRead.jdbc(JdbcUrl.withUser(steady, "operator"), Site.LARGE);
    site = new Site(gateway, client, driver, certificates.authority(), issuers, large);
    Attempt direct = new Attempt();
    Pages.post(client, steady, Map.of("X-Trino-User", "operator"), "select 1", direct).toEnd();
    ledger = new Ledger(faults, RESTARTED, String.valueOf(direct.coordinator()));
  }

  @AfterEach
  void stop() throws IOException {
    if (site != null) {
      site.over().countDown();
    }
    SharedTrino.second().start();
    if (client != null) {
      client.shutdownNow();
    }
    if (driver != null) {
      driver.close();
    }
    if (gateway != null) {
      gateway.close();
    }
    issuers.forEach(LocalIssuer::close);
    if (newcomer != null) {
      newcomer.close();
    }
    TemporaryFolder.delete(folder);
  }

  @Test
  @Timeout(value = 3, unit = TimeUnit.HOURS)
  void answersRightAndKeepsNothing() throws Exception {
    Leavers leavers = new Leavers(site, certificates.trust());
    FaultPlan plan =
        new FaultPlan(
            site,
            faults,
            SharedTrino.second(),
            leavers,
            certificates,
            newcomer,
            folder,
            BETWEEN_FAULTS);
    long allowed = gateway.descriptors() + KEPT_DESCRIPTORS;
    long since = System.nanoTime();
    startTraffic(leavers);
    CompletableFuture<Void> watch = Background.run(() -> watch(since));
    CompletableFuture<Void> disturbance =
        Background.run(() -> disturb(plan, since + DURATION.toNanos()));
    try {
      disturbance.get(DURATION.plus(LIMIT.multipliedBy(3)).toSeconds(), TimeUnit.SECONDS);
    } finally {
      site.over().countDown();
    }
    for (CompletableFuture<Void> each : crowd) {
      each.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
    watch.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    endQueries();
    client.shutdownNow();
    driver.close();
    Map<Figure, Double> after = awaitQuiet(allowed);

    report(since, after).writeTo(REPORT);
    gateway.copyLog(REPORT.resolve("gateway.log"));
    Map<Figure, Growth> growth = growth();
    List<String> leaks = gateway.log(SoakedGateway::isLeak);
    List<String> errors = gateway.log(SoakedGateway::isError);
    assertSoftly(
        softly -> {
          softly.assertThat(ledger.wrong()).as("wrong answers").isEmpty();
          softly.assertThat(leaks).as("buffers that nobody released").isEmpty();
          softly.assertThat(errors).as("errors in the gateway's log").isEmpty();
          softly.assertThat(after.get(Figure.CONNECTIONS)).as("connections left").isZero();
          softly.assertThat(after.get(Figure.QUERIES)).as("queries left").isZero();
          softly
              .assertThat(after.get(Figure.DESCRIPTORS))
              .as("descriptors left")
              .isLessThanOrEqualTo((double) allowed);
          ledger.counts().forEach((kind, of) -> softly.assertThat(of.right).as(kind).isPositive());
          if (!SHORT) {
            growth.forEach(
                (figure, of) -> {
                  if (figure.isJudged()) {
                    softly.assertThat(of).as(figure.words()).matches(it -> !it.isTooMuch());
                  }
                });
          }
        });
  }

  /** Written again and again, so that a run that is ended leaves one too. */
  private Report report(long since, Map<Figure, Double> atEnd) throws IOException {
    return new Report(
        since, List.copyOf(samples), growth(), atEnd, ledger, faults, gateway.warnings());
  }

  private void startTraffic(Leavers leavers) {
    Clients clients = new Clients(site);
    Strangers strangers = new Strangers(site);
    run("polls", 300, clients::statement);
    run("polls", 300, clients::statement);
    run("JDBC sessions", 500, clients::jdbcSession);
    run("JDBC sessions", 500, clients::jdbcSession);
    run("JDBC, large results", 2_000, clients::jdbcLarge);
    run("SQL over HTTP, large results", 1_000, clients::sql);
    run("SQL over HTTP, large results", 1_000, clients::sql);
    run("CLI", 15_000, clients::cli);
    run("passwords", 1_000, clients::password);
    run("new tokens", 40, clients::newToken);
    run("token endpoint", 2_000, clients::tokenEndpoint);
    run("queries and web UI", 1_000, clients::webPages);
    run("public pages", 500, clients::publicPages);
    run("wrong credentials", 100, strangers::wrongCredential);
    run("garbage", 100, strangers::garbage);
    run("left without a word", 2_000, leavers::abandon);
    run("cancelled", 1_000, leavers::cancel);
    run("cancelled by JDBC", 2_000, leavers::jdbcCancel);
    run("SQL over HTTP, left", 1_000, leavers::sql);
    run("left early", 300, leavers::early);
  }

  private void run(String kind, int pauseMillis, Client one) {
    crowd.add(
        Background.run(
            () -> {
              while (!site.isOver()) {
                exchange(kind, one);
                site.pause(Duration.ofMillis(pauseMillis));
              }
            }));
  }

  private void exchange(String kind, Client one) {
    Attempt attempt = new Attempt();
    try {
      one.exchange(attempt);
      ledger.right(kind);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception | AssertionError e) {
      ledger.failed(kind, attempt, e);
    }
  }

  private void disturb(FaultPlan plan, long end) {
    try {
      do {
        plan.run();
      } while (System.nanoTime() - end < 0);
    } catch (Exception e) {
      throw new IllegalStateException("a fault had not the effect that it must have", e);
    }
  }

  private void watch(long since) {
    try {
      while (!site.isOver()) {
        samples.add(
            new Sample((System.nanoTime() - since) / 1e9, ledger.total(), gateway.measure()));
        report(since, Map.of()).writeTo(REPORT);
        site.pause(BETWEEN_SAMPLES);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException("cannot measure; " + gateway.tail(), e);
    }
  }

  /** In a short run, the queries that were left are not waited for. */
  private void endQueries() throws InterruptedException {
    if (!SHORT) {
      return;
    }
    for (Pages pages : site.abandoned()) {
      try {
        pages.cancel();
      } catch (IOException | Failed e) {
        // of a coordinator that has forgotten it
      }
    }
  }

  private Map<Figure, Double> awaitQuiet(long descriptors)
      throws IOException, InterruptedException {
    try {
      Poll.until(
          "connections and queries to end",
          IDLE_QUERY,
          () ->
              gateway.gauge("passgate_connections ") == 0
                  && gateway.gauge("passgate_queries_running{") == 0
                  && gateway.descriptors() <= descriptors);
    } catch (IllegalStateException e) {
      // The report says which it was.
    }
    assertThat(gateway.isAlive()).isTrue();
    return gateway.measure();
  }

  private Map<Figure, Growth> growth() {
    Map<Figure, Growth> growth = new EnumMap<>(Figure.class);
    if (samples.size() >= Growth.MIN_SAMPLES) {
      for (Figure figure : Figure.values()) {
        growth.put(
            figure,
            Growth.of(
                samples.stream()
                    .map(sample -> sample.figures().getOrDefault(figure, Double.NaN))
                    .toList(),
                figure.share(),
                figure.amount()));
      }
    }
    return growth;
  }
}
