package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.trust.BasicSettings;
import dev.passgate.cluster.trust.JwtSettings;
import dev.passgate.cluster.trust.TrinoKeys;
import dev.passgate.cluster.trust.Trust;
import dev.passgate.cluster.trust.Trusts;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Grants;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.protocol.Origin;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.RemoveHopByHopHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.server.MockServerWebExchange;
import reactor.core.scheduler.Schedulers;

class IdentityHeadersFilterTest {

  private final IdentityHeadersFilter filter = new IdentityHeadersFilter();

  @Test
  void namesTheUserExactlyOnce() {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    TestExchanges.identified(exchange);
    HttpHeaders input = new HttpHeaders();
    input.put("x-trino-user", List.of("root", "admin"));

    assertThat(filter.filter(input, exchange).get("X-Trino-User")).containsExactly("alice");
    assertThat(input.get("X-Trino-User")).containsExactly("root", "admin");
  }

  @Test
  void namesTheUserThatAnEarlierFilterRemoved() {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    TestExchanges.identified(exchange);

    assertThat(filter.filter(new HttpHeaders(), exchange).get("X-Trino-User"))
        .containsExactly("alice");
  }

  @Test
  void namesNobodyWhereNobodyIsKnown() {
    MockServerWebExchange exchange = TestExchanges.get("/v1/info");
    HttpHeaders input = new HttpHeaders();
    input.add("X-Trino-User", "root");

    assertThat(filter.filter(input, exchange).containsHeader("X-Trino-User")).isFalse();
  }

  @Test
  void namesNobodyWhoWasRefused() {
    MockServerWebExchange exchange = TestExchanges.get("/v1/info");
    ProxyAttributes.decision(
        exchange, new Decision(Refusal.of(Reason.EXPIRED, "the token has expired"), "bearer"));
    HttpHeaders input = new HttpHeaders();
    input.add("X-Trino-User", "root");

    assertThat(filter.filter(input, exchange).containsHeader("X-Trino-User")).isFalse();
  }

  private static MockServerWebExchange granted(boolean replaces) {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    Grants grants =
        new Grants(
            new Grants.Part(replaces, Set.of("system"), Map.of("system", "analyst")),
            new Grants.Part(replaces, Set.of(), Map.of("group:a", "")),
            new Grants.Part(replaces, Set.of("token"), Map.of()),
            Set.of("token"));
    Identity alice = new Identity("acme", "alice", null, "a-1", Instant.MAX, Set.of(), grants);
    ProxyAttributes.decision(exchange, new Decision(alice, "bearer", "a.b.c"));
    return exchange;
  }

  private static HttpHeaders reAdded() {
    HttpHeaders input = new HttpHeaders();
    input.put("x-trino-role", List.of("system=ALL", "hive=ALL"));
    input.put("x-trino-client-tags", List.of("own"));
    input.put("x-trino-extra-credential", List.of("token=mine", "other=x"));
    return input;
  }

  @Test
  void assertsWhatTheCredentialGrantsAfterEveryOtherFilter() {
    MockServerWebExchange exchange = granted(true);
    TestExchanges.toCluster(exchange);

    HttpHeaders output = filter.filter(reAdded(), exchange);

    assertThat(output.get("X-Trino-Role")).containsExactly("system=ROLE%7Banalyst%7D");
    assertThat(output.get("X-Trino-Client-Tags")).containsExactly("group:a");
    assertThat(output.get("X-Trino-Extra-Credential")).containsExactly("token=a.b.c");
  }

  @Test
  void addsItToWhatTheClientSent() {
    MockServerWebExchange exchange = granted(false);
    TestExchanges.toCluster(exchange);

    HttpHeaders output = filter.filter(reAdded(), exchange);

    assertThat(output.get("X-Trino-Role")).containsExactly("system=ROLE%7Banalyst%7D", "hive=ALL");
    assertThat(output.get("X-Trino-Client-Tags")).containsExactly("group:a,own");
    assertThat(output.get("X-Trino-Extra-Credential")).containsExactly("token=a.b.c", "other=x");
  }

  @Test
  void sendsNoTokenElsewhereThanToACluster() {
    HttpHeaders output = filter.filter(reAdded(), granted(true));

    assertThat(output.containsHeader("X-Trino-Extra-Credential")).isFalse();
    assertThat(output.get("X-Trino-Role")).containsExactly("system=ROLE%7Banalyst%7D");
  }

  @Test
  void leavesToTheClientWhatNothingIsConfiguredFor() {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    TestExchanges.identified(exchange);
    TestExchanges.toCluster(exchange);

    assertThat(filter.filter(reAdded(), exchange).get("X-Trino-Role"))
        .containsExactly("system=ALL", "hive=ALL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Trino-Original-User", "Connection"})
  void removesWhatCouldOutrankTheUserOrDropIt(String name) {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    TestExchanges.identified(exchange);
    HttpHeaders input = new HttpHeaders();
    input.add(name, "X-Trino-User");

    assertThat(filter.filter(input, exchange).headerNames()).containsExactly("X-Trino-User");
  }

  @Test
  void namesBothWhereSomebodyActsAsAnother() {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    TestExchanges.toCluster(exchange);
    ProxyAttributes.decision(exchange, new Decision(TestExchanges.ALICE.actingAs("bob"), "bearer"));
    HttpHeaders input = new HttpHeaders();
    input.put("x-trino-original-user", List.of("root", "admin"));

    HttpHeaders output = filter.filter(input, exchange);

    assertThat(output.get("X-Trino-User")).containsExactly("bob");
    assertThat(output.get("X-Trino-Original-User")).containsExactly("alice");
  }

  @Test
  void asksForAnswersThatCanBeRewritten() {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    TestExchanges.toCluster(exchange);
    HttpHeaders input = new HttpHeaders();
    input.put("Accept-Encoding", List.of("gzip", "br"));
    input.add("X-Trino-Query-Data-Encoding", "json+zstd");

    HttpHeaders output = filter.filter(input, exchange);

    assertThat(output.get("Accept-Encoding")).containsExactly("identity");
    assertThat(output.get("X-Trino-Query-Data-Encoding")).containsExactly("json+zstd");
  }

  @Test
  void leavesTheEncodingOfOtherAnswersToTheClient() {
    MockServerWebExchange exchange = TestExchanges.get("/ui/");
    TestExchanges.toCluster(exchange);
    HttpHeaders input = new HttpHeaders();
    input.add("Accept-Encoding", "gzip");

    assertThat(filter.filter(input, exchange).get("Accept-Encoding")).containsExactly("gzip");
  }

  @Test
  void leavesTheEncodingOfPagesToTheClientThatTheClusterWritesAsTheyAreToBe() {
    String poll = "/v1/statement/queued/20260101_000000_00000_abcde/y0/1";
    Cluster told =
        new Cluster(
            "told",
            Origin.parse("http://told"),
            Set.of("told"),
            1,
            false,
            true,
            Trust.CONNECTION,
            true,
            null);
    HttpHeaders input = new HttpHeaders();
    input.add("Accept-Encoding", "gzip");
    MockServerWebExchange exchange = TestExchanges.get(poll);
    ProxyAttributes.cluster(exchange, told);

    assertThat(filter.filter(input, exchange).get("Accept-Encoding")).containsExactly("identity");
    ProxyAttributes.prefixed(exchange, "/~prefix" + poll);
    assertThat(filter.filter(input, exchange).get("Accept-Encoding")).containsExactly("gzip");
    TestExchanges.toCluster(exchange);
    assertThat(filter.filter(input, exchange).get("Accept-Encoding")).containsExactly("identity");
  }

  private static Cluster cluster(boolean sendsOriginalUser) {
    BasicSettings account = new BasicSettings("passgate", "secret", null);
    Trust trust =
        new Trusts(TrinoKeys.none(), InstantSource.system(), Schedulers.immediate())
            .serviceAccount("", account);
    return cluster(trust, sendsOriginalUser);
  }

  private static Cluster cluster(Trust trust, boolean sendsOriginalUser) {
    return new Cluster(
        "main",
        Origin.parse("https://trino"),
        Set.of("main"),
        1,
        false,
        false,
        trust,
        sendsOriginalUser,
        null);
  }

  @Test
  void showsTheClusterExactlyOneCredentialAndItIsTheGateways() {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    TestExchanges.identified(exchange);
    ProxyAttributes.cluster(exchange, cluster(true));
    HttpHeaders input = new HttpHeaders();
    input.put("authorization", List.of("Bearer of-the-client", "Basic of-a-filter"));

    assertThat(filter.filter(input, exchange).get("Authorization"))
        .containsExactly("Basic cGFzc2dhdGU6c2VjcmV0");
  }

  @Test
  void showsTheClusterNothingWhereNobodyIsKnown() {
    MockServerWebExchange exchange = TestExchanges.get("/v1/info");
    ProxyAttributes.cluster(exchange, cluster(true));
    HttpHeaders input = new HttpHeaders();
    input.add("Authorization", "Basic of-a-filter");

    assertThat(filter.filter(input, exchange).isEmpty()).isTrue();
  }

  @Test
  void showsNoCredentialToAClusterThatTrustsItsNetwork() {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    TestExchanges.identified(exchange);
    TestExchanges.toCluster(exchange);
    HttpHeaders input = new HttpHeaders();
    input.add("Authorization", "Basic of-a-filter");

    assertThat(filter.filter(input, exchange).containsHeader("Authorization")).isFalse();
  }

  @Test
  void showsNoCredentialToAnybodyButTheCluster() {
    MockServerWebExchange exchange = TestExchanges.post("/elsewhere");
    TestExchanges.identified(exchange);

    assertThat(filter.filter(new HttpHeaders(), exchange).containsHeader("Authorization"))
        .isFalse();
  }

  @Test
  void saysWhoActsAsSomebodyElse() {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    ProxyAttributes.decision(exchange, new Decision(TestExchanges.ALICE.actingAs("bob"), "bearer"));
    ProxyAttributes.cluster(exchange, cluster(true));
    HttpHeaders input = new HttpHeaders();
    input.add("X-Trino-Original-User", "root");

    HttpHeaders output = filter.filter(input, exchange);

    assertThat(output.get("X-Trino-User")).containsExactly("bob");
    assertThat(output.get("X-Trino-Original-User")).containsExactly("alice");
  }

  @Test
  void saysItNotWhereToldToOmitIt() {
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    ProxyAttributes.decision(exchange, new Decision(TestExchanges.ALICE.actingAs("bob"), "bearer"));
    ProxyAttributes.cluster(exchange, cluster(false));

    HttpHeaders output = filter.filter(new HttpHeaders(), exchange);

    assertThat(output.get("X-Trino-User")).containsExactly("bob");
    assertThat(output.containsHeader("X-Trino-Original-User")).isFalse();
  }

  @Test
  void signsForWhoTheCredentialIsOfAlsoWhereHeActsAsSomebodyElse() throws Exception {
    Trust trust =
        new Trusts(TrinoKeys.generated(), InstantSource.system(), Schedulers.immediate())
            .signedToken(JwtSettings.DEFAULT, "main");
    MockServerWebExchange exchange = TestExchanges.post("/v1/statement");
    ProxyAttributes.decision(exchange, new Decision(TestExchanges.ALICE.actingAs("bob"), "bearer"));
    ProxyAttributes.cluster(exchange, cluster(trust, true));

    String value =
        filter.filter(new HttpHeaders(), exchange).getOrEmpty("Authorization").getFirst();

    assertThat(SignedJWT.parse(value.substring("Bearer ".length())).getJWTClaimsSet().getSubject())
        .isEqualTo("alice");
  }

  @Test
  void hasTheLastWordOnRequests() {
    assertThat(filter.supports(HttpHeadersFilter.Type.REQUEST)).isTrue();
    assertThat(filter.supports(HttpHeadersFilter.Type.RESPONSE)).isFalse();
    assertThat(filter.getOrder())
        .isEqualTo(Ordered.LOWEST_PRECEDENCE)
        .isGreaterThan(new RemoveHopByHopHeadersFilter().getOrder());
  }
}
