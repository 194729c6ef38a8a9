package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.affinity.Owner;
import dev.passgate.affinity.TestSignatures;
import dev.passgate.listener.TestAddresses;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.mock.web.server.MockServerWebExchange;

class ResponseHeadersFilterTest {

  private static final String POLL = "/v1/statement/executing/20260101_000000_00000_abcde/y0/1";

  private final ResponseHeadersFilter filter =
      new ResponseHeadersFilter(
          TestAddresses.fixed(TestExchanges.EXTERNAL),
          TestSignatures.uris(TestExchanges.CLUSTER),
          TestSignatures.transactions(TestExchanges.CLUSTER));

  @Test
  void pointsRedirectsAndChallengesAtTheGateway() {
    MockServerWebExchange exchange = TestExchanges.get("/ui/");
    TestExchanges.toCluster(exchange);
    HttpHeaders input = new HttpHeaders();
    input.set("Location", "http://trino:8080/ui/login.html?a=b");
    input.put(
        "WWW-Authenticate",
        List.of(
            "Basic realm=\"Trino\"",
            "Bearer x_redirect_server=\"http://trino:8080/oauth2/token/x\""));
    input.set("X-Trino-Set-Session", "a=http://trino:8080/");

    HttpHeaders output = filter.filter(input, exchange);

    assertThat(output.get("Location")).containsExactly("https://gateway.example/ui/login.html?a=b");
    assertThat(output.get("WWW-Authenticate"))
        .containsExactly(
            "Basic realm=\"Trino\"",
            "Bearer x_redirect_server=\"https://gateway.example/oauth2/token/x\"");
    assertThat(output.get("X-Trino-Set-Session")).containsExactly("a=http://trino:8080/");
    assertThat(input.getFirst("Location")).startsWith("http://trino:8080/");
  }

  /** {@code redirectPath} of Trino's login names any path, and the one who names it is let in. */
  @Test
  void signsNoPathThatAClientHasTrinoNameForIt() {
    MockServerWebExchange exchange = TestExchanges.post("/ui/login");
    TestExchanges.identified(exchange);
    TestExchanges.toCluster(exchange);
    HttpHeaders input = new HttpHeaders();
    input.set("Location", "http://trino:8080" + POLL);

    assertThat(filter.filter(input, exchange).get("Location"))
        .containsExactly("https://gateway.example" + POLL);
  }

  @Test
  void signsWhereASignedRequestIsSentOn() {
    String signed = TestSignatures.signed(POLL, Owner.NOBODY);
    MockServerWebExchange exchange = TestExchanges.get(signed);
    TestExchanges.toCluster(exchange);
    ProxyAttributes.binding(
        exchange,
        Objects.requireNonNull(
            TestSignatures.uris(TestExchanges.CLUSTER)
                .read(POLL, signed.substring(signed.indexOf('?') + 1))));
    HttpHeaders input = new HttpHeaders();
    input.set("Location", "http://trino:8080" + POLL);

    assertThat(filter.filter(input, exchange).getFirst("Location"))
        .startsWith("https://gateway.example" + POLL + "?pg=");
  }

  @Test
  void leavesOtherHostsAlone() {
    MockServerWebExchange exchange = TestExchanges.get("/ui/");
    TestExchanges.toCluster(exchange);
    HttpHeaders input = new HttpHeaders();
    input.set("Location", "https://idp.example/login?to=http://trino:8080/");

    assertThat(filter.filter(input, exchange)).isEqualTo(input);
  }

  @Test
  void leavesAnswersAloneThatComeFromNoCluster() {
    HttpHeaders input = new HttpHeaders();
    input.set("Location", "http://trino:8080/ui/");

    assertThat(filter.filter(input, TestExchanges.get("/ui/"))).isSameAs(input);
  }

  @Test
  void isForAnswersOnly() {
    assertThat(filter.supports(HttpHeadersFilter.Type.RESPONSE)).isTrue();
    assertThat(filter.supports(HttpHeadersFilter.Type.REQUEST)).isFalse();
  }
}
