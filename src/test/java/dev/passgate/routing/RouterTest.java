package dev.passgate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.cluster.health.HealthProperties;
import dev.passgate.cluster.trust.Trust;
import dev.passgate.identity.Grants;
import dev.passgate.identity.Identity;
import dev.passgate.protocol.Origin;
import dev.passgate.routing.Choice.Chosen;
import dev.passgate.routing.Choice.Unavailable;
import dev.passgate.routing.Choice.Unmatched;
import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class RouterTest {

  private static final String RULE = "passgate.routing.rules[0].";
  private static final Cluster FAST = cluster("fast", "interactive", false);
  private static final Cluster BIG = cluster("big", "etl", false);
  private static final Cluster OLD = cluster("old", "etl", true);
  private static final Clusters CLUSTERS = new Clusters(List.of(BIG, FAST, OLD));
  private static final HealthProperties HEALTH =
      new HealthProperties(true, Duration.ofSeconds(5), Duration.ofSeconds(3), 2, 1);

  private static final Identity ALICE =
      new Identity(
          "acme",
          "alice",
          null,
          "s-1",
          Instant.MAX,
          Set.of("analysts", "all"),
          Grants.NONE,
          Map.of("org.unit", List.of("sales")));

  private final Map<String, String> properties = new HashMap<>();
  private final Map<String, List<String>> headers = new HashMap<>();
  private final ClusterStates states = new ClusterStates(CLUSTERS, HEALTH, System::nanoTime);
  private StatementKind statement = StatementKind.OTHER;

  private static Cluster cluster(String name, String label, boolean draining) {
    return new Cluster(
        name,
        Origin.parse("http://" + name),
        Set.of(name, label),
        1,
        draining,
        false,
        Trust.CONNECTION,
        true,
        null);
  }

  private RoutingProperties bound() {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate.routing", RoutingProperties.class);
  }

  private Router router() {
    RoutingProperties bound = bound();
    Set<String> labels = new TreeSet<>();
    CLUSTERS.all().forEach(cluster -> labels.addAll(cluster.labels()));
    return new Router(
        CLUSTERS,
        bound.compile(labels, new TreeSet<>(Set.of("acme", "corp", "ldap"))),
        bound,
        states,
        new Balance(bound.countsQueries(), _ -> 0));
  }

  private RoutingRequest request(@Nullable Identity identity) {
    return request(identity, true);
  }

  private RoutingRequest request(@Nullable Identity identity, boolean startsQuery) {
    return new RoutingRequest(
        identity, name -> headers.getOrDefault(name, List.of()), statement, startsQuery);
  }

  private Choice choose(@Nullable Identity identity) {
    return router().choose(request(identity), Set.of());
  }

  private void rule(int number, String key, String value) {
    properties.put("passgate.routing.rules[" + number + "]." + key, value);
  }

  @Test
  void takesAnyClusterWhereNothingIsConfigured() {
    Router router = router();

    assertThat(router.asksForStatement()).isFalse();
    assertThat(router.choose(request(ALICE), Set.of())).isEqualTo(new Chosen(BIG, null, "any"));
    assertThat(router.choose(request(ALICE), Set.of())).isEqualTo(new Chosen(FAST, null, "any"));
    assertThat(router.choose(request(ALICE), Set.of())).isEqualTo(new Chosen(BIG, null, "any"));
    assertThat(router.choose(request(ALICE), Set.of(BIG))).isEqualTo(new Chosen(FAST, null, "any"));
  }

  /** JDBC with validateConnection=true asks HEAD /v1/statement before each of its queries. */
  @Test
  void queriesTakeTurnsWhateverIsAskedInBetween() {
    Router router = router();

    for (Cluster turn : List.of(BIG, FAST, BIG, FAST)) {
      Chosen chosen = new Chosen(turn, null, "any");
      assertThat(router.choose(request(ALICE, false), Set.of())).isEqualTo(chosen);
      assertThat(router.choose(request(ALICE), Set.of())).isEqualTo(chosen);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          issuer[0] | corp,acme | true
          issuer[0] | corp | false
          user | a.* | true
          user | a | false
          original-user | alice | true
          groups | x,analysts | true
          groups | analyst | false
          claims[org.unit] | hr,sales | true
          claims[org.unit] | hr | false
          claims[other] | sales | false
          source | superset.* | true
          source | super | false
          client-tags | b,a | true
          client-tags | a,c | false
          catalog | hive,lake | true
          catalog | LAKE | false
          session[query_priority] | [0-9] | true
          session[query_priority] | [0-9][0-9] | false
          session[lake.mode] | .* | false
          headers[X-Tool] | two | true
          headers[X-Tool] | three | false
          headers[X-Other] | .* | false
          statement | write,ddl | true
          statement | read,session,other | false
          """)
  void looksAtEachCondition(String key, String value, boolean matches) {
    properties.put(RULE + (key.equals("issuer[0]") ? "issuer" : key), value);
    properties.put(RULE + "label", "interactive");
    properties.put("passgate.routing.default-label", "etl");
    headers.put("X-Trino-Source", List.of("superset/1"));
    headers.put("X-Trino-Client-Tags", List.of("a,b"));
    headers.put("X-Trino-Catalog", List.of("lake"));
    headers.put("X-Trino-Session", List.of("x=1,query_priority=7"));
    headers.put("X-Tool", List.of("one", "two"));
    statement = StatementKind.DDL;

    assertThat(choose(ALICE))
        .isEqualTo(
            matches ? new Chosen(FAST, "rules[0]", "interactive") : new Chosen(BIG, null, "etl"));
  }

  @Test
  void takesTheFirstRuleOfWhichEverythingHolds() {
    rule(0, "user", "alice");
    rule(0, "source", "dbt");
    rule(0, "label", "fast");
    rule(1, "name", "analysts");
    rule(1, "groups", "analysts");
    rule(1, "label", "etl");
    rule(2, "label", "interactive");

    assertThat(choose(ALICE)).isEqualTo(new Chosen(BIG, "analysts", "etl"));
    headers.put("X-Trino-Source", List.of("dbt"));
    assertThat(choose(ALICE)).isEqualTo(new Chosen(FAST, "rules[0]", "fast"));
    assertThat(choose(new Identity("corp", "bob", "b", Instant.MAX)))
        .isEqualTo(new Chosen(FAST, "rules[2]", "interactive"));
  }

  @Test
  void seesWhoTheQueryRunsAsAndWhoseTheCredentialIs() {
    rule(0, "user", "bob");
    rule(0, "original-user", "alice");
    rule(0, "claims[org.unit]", "sales");
    rule(0, "label", "interactive");
    properties.put("passgate.routing.unmatched", "refuse");

    assertThat(choose(ALICE.actingAs("bob"))).isInstanceOf(Chosen.class);
    assertThat(choose(ALICE)).isInstanceOf(Unmatched.class);
  }

  @Test
  void refusesWhatNoRuleMatchesWhereItIsTo() {
    rule(0, "user", "bob");
    rule(0, "label", "interactive");
    properties.put("passgate.routing.unmatched", "refuse");

    assertThat(choose(ALICE)).isEqualTo(new Unmatched());
    assertThat(router().preview(request(ALICE)))
        .isEqualTo(new Preview(null, null, List.of(), new Unmatched()));
  }

  /** On a public route, such as /v1/info, which clients ask for before they show who they are. */
  @Test
  void letsNobodyPassTheRules() {
    rule(0, "source", ".*");
    rule(0, "label", "interactive");
    headers.put("X-Trino-Source", List.of("x"));
    properties.put("passgate.routing.unmatched", "refuse");
    properties.put("passgate.routing.default-label", "etl");

    assertThat(choose(null)).isEqualTo(new Chosen(BIG, null, "etl"));
  }

  @Test
  void takesNoneThatIsDrainingDownOrPassedOver() {
    properties.put("passgate.routing.default-label", "etl");
    Router router = router();

    assertThat(router.choose(request(ALICE), Set.of(BIG))).isEqualTo(new Unavailable(null, "etl"));
    states.connectionFailed(BIG);
    assertThat(router.choose(request(ALICE), Set.of())).isEqualTo(new Unavailable(null, "etl"));
    assertThat(router.preview(request(ALICE)).candidates())
        .extracting(candidate -> candidate.cluster().name() + " " + candidate.state())
        .containsExactly("big DOWN", "old UNKNOWN");
  }

  @Test
  void previewsWithoutATurn() {
    Router router = router();
    Choice seen = router.preview(request(ALICE)).choice();

    assertThat(router.preview(request(ALICE)).choice()).isEqualTo(seen);
    assertThat(router.choose(request(ALICE), Set.of())).isEqualTo(seen);
    assertThat(router.preview(request(ALICE)).choice()).isNotEqualTo(seen);
  }

  @Test
  void asksForStatementsWhereARuleDoes() {
    rule(0, "statement", "write");
    rule(0, "label", "etl");

    assertThat(router().asksForStatement()).isTrue();
  }

  @Test
  void keepsOnlyTheClaimsThatRulesAskFor() {
    rule(0, "claims[org.unit]", "sales,hr");
    rule(0, "label", "etl");
    rule(1, "claims[org.unit]", "it");
    rule(1, "claims[/a~1b]", "true");
    rule(1, "label", "etl");

    assertThat(
            bound()
                .claims()
                .of(
                    Map.of(
                        "org.unit", List.of("it", "secret", "hr", 1), "a/b", true, "email", "a@b")))
        .containsOnlyKeys("org.unit", "/a~1b")
        .containsEntry("org.unit", List.of("it", "hr"))
        .containsEntry("/a~1b", List.of("true"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rules[0].label | | rules[0].label is not set, expected a label of clusters
          rules[0].label | batch | rules[0].label is 'batch', expected a label or the name of a cluster: [big, etl, fast, interactive, old]
          rules[0].issuer | acmee | rules[0].issuer is '[acmee]', expected some of [acme, corp, ldap]
          rules[0].user | ( | rules[0].user is '(', expected a regular expression (Unclosed group)
          rules[0].source | [ | rules[0].source is '[', expected a regular expression
          rules[0].session[a] | * | rules[0].session[a] is '*', expected a regular expression
          rules[0].headers[X-A] | ( | rules[0].headers[X-A] is '(', expected a regular expression
          rules[0].headers[Authorization] | .* | rules[0].headers is 'Authorization', expected names of headers that may go on
          rules[0].headers[X-Trino-User] | .* | rules[0].headers is 'X-Trino-User', expected names of headers
          rules[0].claims[a..b] | x | rules[0].claims is 'a..b', expected one of claim names
          rules[0].groups[0] | '' | rules[0].groups is '[]', expected at least one value, none of them blank
          rules[0].statement | select | rules[0].statement is '[select]', expected some of read, write
          rules[1].label | etl | rules[0] is 'rules[0]', expected a condition, such as user, as it is not the last
          default-label | batch | default-label is 'batch', expected a label or the name of a cluster
          unmatched | drop | unmatched is 'drop', expected default or refuse
          balance | random | balance is 'random', expected least-queries or round-robin
          """)
  void stopsAtAMistake(String key, @Nullable String value, String message) {
    properties.put(RULE + "label", "etl");
    if (value == null) {
      properties.put(RULE + "user", "alice");
      properties.remove(RULE + "label");
    } else {
      properties.put("passgate.routing." + key, value);
    }

    assertThatThrownBy(this::router)
        .satisfies(
            failure ->
                assertThat(root(failure))
                    .isInstanceOf(InvalidSetting.class)
                    .hasMessageStartingWith("passgate.routing." + message));
  }

  @Test
  void stopsAtTwoRulesOfOneName() {
    rule(0, "name", "x");
    rule(0, "user", "a");
    rule(0, "label", "etl");
    rule(1, "name", "x");
    rule(1, "label", "etl");

    assertThatThrownBy(this::router)
        .rootCause()
        .hasMessage("passgate.routing.rules[1].name is 'x', expected a name of its own");
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null && !(root instanceof InvalidSetting)) {
      root = root.getCause();
    }
    return root;
  }
}
