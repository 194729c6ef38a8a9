package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.Poll;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.prometheus.Dashboard;
import dev.passgate.testing.prometheus.Prometheus;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the dashboard and the alerts are about what a gateway really tells. */
class MonitoringIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:passgate|jvm|process)_[a-z_]+(?=[{\\[ )=<>]|$)");

  /** Without Redis there is nothing to fail. */
  private static final Set<String> OF_REDIS = Set.of("passgate_limits_shared_failures_total");

  private static LocalIssuer issuer;
  private static RecordingOrigin origin;
  private static Gateway gateway;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    origin = RecordingOrigin.start();
    gateway =
        Gateway.inFrontOf(origin.uri())
            .trust(issuer)
            .with("management.metrics.distribution.percentiles-histogram.passgate.requests", true)
            .with("passgate.limits.queries-per-user", 1)
            .start();
    new RunningStatements(origin);
    traffic();
  }

  @AfterAll
  static void stop() {
    gateway.close();
    origin.close();
    issuer.close();
  }

  private static void traffic() {
    RawResponse running = RunningStatements.post(gateway.uri(), issuer.token("alice").build());
    assertThat(running.status()).isEqualTo(200);
    assertThat(RunningStatements.post(gateway.uri(), issuer.token("alice").build()).status())
        .isEqualTo(429);
    assertThat(RunningStatements.post(gateway.uri(), "no.token.atall").status()).isEqualTo(401);
    RawHttp.exchange(
        gateway.uri(),
        GuardedOrigin.withBody(
            "POST",
            "/auth/acme/oauth2/token",
            "grant_type=client_credentials&client_id=a&client_secret=b",
            "Content-Type: application/x-www-form-urlencoded"));
    // Pauses are told of only where there was one.
    System.gc();
  }

  private static Set<String> names(Stream<String> expressions) {
    return expressions
        .map(METRIC::matcher)
        .flatMap(matcher -> matcher.results())
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> exposed() {
    RawResponse metrics =
        RawHttp.exchange(
            gateway.managementUri(), GuardedOrigin.request("GET", "/actuator/prometheus"));
    return names(metrics.text().lines().filter(line -> !line.startsWith("#")));
  }

  @Test
  void dashboardShowsMetricsThatThereAre() {
    Set<String> shown =
        names(
            Stream.concat(
                Dashboard.read().queries().stream().map(Dashboard.Query::expression),
                Dashboard.read().variables().stream()));
    assertThat(shown).hasSizeGreaterThan(20);
    shown.removeAll(OF_REDIS);
    Poll.until(
        "all of " + shown,
        LIMIT,
        () -> exposed().containsAll(shown),
        () -> "the gateway tells only " + exposed());
  }

  private static int alerts() throws IOException {
    long alerts =
        Files.readAllLines(ProjectFiles.resolve("config/prometheus/alerts.yml")).stream()
            .filter(line -> line.strip().startsWith("- alert: "))
            .count();
    assertThat(alerts).isPositive();
    return Math.toIntExact(alerts);
  }

  @Test
  void alertsAreOnMetricsThatThereAre() throws IOException {
    Set<String> used =
        names(
            Files.readAllLines(ProjectFiles.resolve("config/prometheus/alerts.yml")).stream()
                .filter(line -> !line.strip().startsWith("#")));
    assertThat(used).hasSizeGreaterThan(6);
    used.removeAll(OF_REDIS);
    assertThat(exposed()).containsAll(used);
  }

  @ParameterizedTest
  @CsvSource({
    "check, config, prometheus.yml",
    "check, rules, alerts.yml",
    "test, rules, alerts-test.yml"
  })
  void prometheusOwnToolFindsNothingWrong(String verb, String what, String file) {
    assumeTrue(Prometheus.isInstalled(), "there is no promtool here");
    assertThat(Prometheus.promtool(verb, what, file)).startsWith("0 ");
  }

  @Test
  void everyExpressionOfTheDashboardGivesSomethingToShow() throws IOException {
    assumeTrue(Prometheus.isInstalled(), "there is no Prometheus here");
    try (Prometheus prometheus = Prometheus.reading(gateway.managementUri())) {
      // A rate needs two readings.
      Poll.until(
          "two readings",
          LIMIT,
          () -> !prometheus.query("rate(passgate_connections[20s])").isEmpty());
      List<Dashboard.Query> queries =
          Dashboard.read().queries().stream()
              .filter(query -> OF_REDIS.stream().noneMatch(query.expression()::contains))
              .toList();
      for (Dashboard.Query query : queries) {
        Poll.until(query.toString(), LIMIT, () -> !prometheus.query(query.sent()).isEmpty());
      }
      Poll.until(
          "rules that were tried",
          LIMIT,
          () ->
              prometheus.rules().stream()
                  .allMatch(rule -> rule.path("health").asString().equals("ok")));
      assertThat(prometheus.rules()).hasSize(alerts());
    }
  }
}
