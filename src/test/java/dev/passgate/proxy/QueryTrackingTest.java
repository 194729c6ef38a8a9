package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.protocol.Origin;
import dev.passgate.protocol.OriginMapping;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.QueryIdFinder;
import dev.passgate.protocol.UriField;
import dev.passgate.query.CountedUser;
import dev.passgate.query.QueryEvents;
import dev.passgate.query.RunningQueries;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;

class QueryTrackingTest {

  private static final QueryId ID = new QueryId("20260301_101530_00001_abcde");
  private static final String POLL = "/v1/statement/executing/" + ID + "/y/1";
  private static final Origin CLUSTER = Origin.parse("http://trino:8080");
  private static final CountedUser ALICE = new CountedUser("acme", "alice");

  private final RunningQueries running =
      new RunningQueries(InstantSource.system(), QueryEvents.NONE);
  private final QueryTracking tracking = new QueryTracking(running);

  private static ServerWebExchange exchange(String method, String path, int status) {
    ServerWebExchange exchange =
        MockServerWebExchange.from(MockServerHttpRequest.method(HttpMethod.valueOf(method), path));
    TestExchanges.identified(exchange);
    TestExchanges.toCluster(exchange);
    exchange.getResponse().setStatusCode(HttpStatusCode.valueOf(status));
    return exchange;
  }

  /** What was found in a page. */
  private static QueryIdFinder page(@Nullable QueryId id, boolean more) {
    QueryIdFinder page = new QueryIdFinder(new OriginMapping(CLUSTER, CLUSTER));
    if (id != null) {
      page.map(UriField.INFO_URI, CLUSTER + "/ui/query.html?" + id);
    }
    if (more) {
      page.map(UriField.NEXT_URI, CLUSTER + POLL);
    }
    return page;
  }

  private void assertRunning(int count) {
    assertThat(running.ofUser(ALICE)).isEqualTo(count);
    assertThat(running.onCluster("main")).isEqualTo(count);
  }

  @Test
  void learnsOfANewQueryFromItsFirstPage() {
    tracking.read(exchange("POST", "/v1/statement", 200), page(ID, true));
    assertRunning(1);

    tracking.read(exchange("GET", POLL, 200), page(ID, true));
    assertRunning(1);
    tracking.read(exchange("GET", POLL, 200), page(null, false));
    assertRunning(0);
  }

  @Test
  void knowsNoQueryOfAFirstPageThatIsTheLast() {
    tracking.read(exchange("POST", "/v1/statement", 200), page(ID, false));
    tracking.read(exchange("POST", "/v1/statement", 500), page(ID, true));

    assertRunning(0);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1/statement/executing/ID/y/1, 200, 1",
    "GET, /v1/statement/queued/ID/y/1, 200, 1",
    "HEAD, /v1/statement/executing/ID/y/1, 200, 1",
    "DELETE, /v1/statement/executing/partialCancel/ID/0/y/1, 204, 1",
    "DELETE, /v1/statement/executing/ID/y/1, 404, 0",
    "GET, /v1/statement/executing/ID/y/1, 503, 0",
    "GET, /v1/query/ID, 200, 0",
    "GET, /ui/query.html, 200, 0",
    "HEAD, /v1/statement, 200, 0"
  })
  void learnsOfQueriesFromHeads(String method, String path, int status, int count) {
    tracking.answered(exchange(method, path.replace("ID", ID.value()), status));

    assertRunning(count);
  }

  @ParameterizedTest
  @CsvSource({
    "DELETE, /v1/statement/executing/ID/y/1, 204, 0",
    "DELETE, /v1/statement/queued/ID/y/1, 204, 0",
    "GET, /v1/statement/executing/ID/y/1, 404, 0",
    "GET, /v1/statement/executing/ID/y/1, 410, 1",
    "GET, /v1/statement/executing/ID/y/1, 500, 1",
    "DELETE, /v1/statement/executing/partialCancel/ID/0/y/1, 204, 1",
    "DELETE, /v1/query/ID, 204, 1"
  })
  void learnsOfEndsFromHeads(String method, String path, int status, int count) {
    running.seen(ID, "main", ALICE);
    tracking.answered(exchange(method, path.replace("ID", ID.value()), status));

    assertRunning(count);
  }

  /** The rest of such a path is the client's to change, and Trino's answer then says nothing. */
  @Test
  void takesNoAnswerForAnEndWhereOnlyThePrefixWasSigned() {
    running.seen(ID, "main", ALICE);
    ServerWebExchange exchange = exchange("GET", POLL, 404);
    ProxyAttributes.prefixed(exchange, "/~" + ID + ".signature" + POLL);
    tracking.answered(exchange);

    assertRunning(1);
  }

  @Test
  void countsNobodyForARequestThatReachedNoCluster() {
    MockServerWebExchange exchange = TestExchanges.get(POLL);
    exchange.getResponse().setStatusCode(HttpStatus.OK);
    tracking.answered(exchange);
    tracking.read(exchange, page(ID, true));

    assertRunning(0);
  }
}
