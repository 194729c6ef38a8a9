package dev.passgate.e2e;

import static dev.passgate.e2e.Requests.assertPassing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.FaultProxy;
import dev.passgate.testing.http.FaultProxy.Fault;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real Trino that misbehaves to one client: that one is told, its connection is given up, and
 * another client of the same gateway and cluster notices nothing.
 */
@NeedsServers
class FaultyClusterIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String VICTIM = "X-Trino-Source: victim";
  private static final Pattern NEXT = Pattern.compile("\"nextUri\":\"http://[^/]+([^\"]+)\"");

  private static LocalIssuer issuer;
  private static FaultProxy trino;
  private static Gateway gateway;
  private static String token;

  private final AtomicBoolean ended = new AtomicBoolean();
  private final AtomicInteger rounds = new AtomicInteger();
  private CompletableFuture<Void> other;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    trino = FaultProxy.inFrontOf(SharedTrino.get().uri());
    gateway =
        Gateway.inFrontOf(trino.uri())
            .trust(issuer)
            // Beyond the second that Trino holds a poll.
            .with("passgate.limits.answer-pause", "3s")
            .start();
    token = issuer.token("alice").build();
    Poll.until("a query", LIMIT, () -> count("alice").equals("25"));
  }

  @AfterAll
  static void stop() {
    gateway.close();
    trino.close();
    issuer.close();
  }

  private static String count(String user) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return new StatementClient(client, gateway.uri())
          .run(
              "select count(*) from tpch.tiny.nation",
              Map.of("Authorization", "Bearer " + issuer.token(user).build()))
          .single();
    }
  }

  @BeforeEach
  void startTheOther() {
    other =
        CompletableFuture.runAsync(
            () -> {
              do {
                assertThat(count("bob")).isEqualTo("25");
                rounds.incrementAndGet();
              } while (!ended.get());
            });
    Poll.until("the other client", LIMIT, () -> rounds.get() > 0 || other.isDone());
  }

  @AfterEach
  void assertNobodyElseNoticed() throws Exception {
    int before = rounds.get();
    trino.heal();
    assertThat(count("alice")).isEqualTo("25");
    Poll.until("the other client", LIMIT, () -> rounds.get() > before || other.isDone());
    ended.set(true);
    other.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    Poll.until("the end of bad connections", LIMIT, () -> trino.faultyConnections() == 0);
    assertThat(trino.wasReused()).isFalse();
  }

  private static String post() {
    return Requests.post(token, "select 1", VICTIM);
  }

  private static RawResponse answer(String request) {
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      return connection.limit(LIMIT).send(request).read();
    }
  }

  private static void fail(Fault fault) {
    trino.fail(fault, head -> head.contains(VICTIM));
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENCE", "DRIBBLED_HEAD"})
  void tellsThatAnAnswerDoesNotCome(Fault fault) {
    fail(fault);

    assertPassing(answer(post()), 504);
  }

  @Test
  void tellsThatTheConnectionBroke() {
    fail(Fault.RESET);

    assertPassing(answer(post()), 502);
  }

  @ParameterizedTest
  @EnumSource(names = {"RESET_IN_BODY", "END_IN_BODY", "BROKEN_CHUNKING"})
  void cutsAnAnswerThatIsNotWhole(Fault fault) {
    fail(fault);

    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.limit(LIMIT).send(post());
      // A reset takes what was not read yet with it; the end must be lost in any case.
      assertThat(connection.readToEnd())
          .startsWith("HTTP/1.1 200 ")
          .containsPattern(
              "\r\n\r\n([0-9a-f]+\r\n\\{\"id\":" + (fault == Fault.RESET_IN_BODY ? "|$)" : ")"))
          .doesNotEndWith("0\r\n\r\n");
    }
  }

  @Test
  void leavesAnAnswerThatDribblesWithItsClient() {
    fail(Fault.DRIBBLED_BODY);

    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      connection.limit(LIMIT).send(post());
      assertThat(connection.readHead()).startsWith("HTTP/1.1 200 ");
      assertThat(connection.readSome(100)).isNotEmpty();
    }
  }

  @Test
  void passesAnAnswerThatComesBeforeTheEndOfTheStatement() {
    fail(Fault.EARLY_ANSWER);

    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      String head =
          Requests.head(
              "POST", "/v1/statement", token, new String[] {VICTIM}, "Content-Length: 1000");
      connection.limit(LIMIT).send(head + "select ");
      assertThat(connection.read().text()).isEqualTo("early");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENCE", "RESET", "END_IN_BODY"})
  void queryGoesOnAfterAPollThatFailed(Fault fault) {
    String poll = nextPoll(answer(post()));
    fail(fault);
    try (RawHttp connection = RawHttp.connect(gateway.uri())) {
      String head = connection.limit(LIMIT).send(poll).readHead();
      assertThat(head).matches("(?s)HTTP/1.1 (200|502|504) .*");
    }
    trino.heal();

    assertThat(answer(poll).status()).isEqualTo(200);
  }

  @Test
  void pollSurvivesAConnectionThatBreaksOnce() {
    String poll = nextPoll(answer(post()));
    AtomicBoolean broken = new AtomicBoolean();
    trino.fail(Fault.RESET, head -> head.contains(VICTIM) && broken.compareAndSet(false, true));

    assertThat(answer(poll).status()).isEqualTo(200);
    assertThat(broken).isTrue();
  }

  private static String nextPoll(RawResponse page) {
    Matcher next = NEXT.matcher(page.text());
    assertThat(next.find()).as(page.text()).isTrue();
    return Requests.of("GET", next.group(1), token, VICTIM);
  }
}
