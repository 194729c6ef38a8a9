package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.routing.StatementClassifier;
import dev.passgate.routing.StatementKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class PeekedStatementTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final BufferPool pool = BufferPool.direct();
  private final PeekedStatement statement = new PeekedStatement(new StatementClassifier(_ -> null));
  private final AtomicReference<StatementKind> told = new AtomicReference<>();
  private final List<String> forwarded = new ArrayList<>();

  @AfterEach
  void everyBufferWentBack() {
    pool.assertAllReleased();
  }

  private Flux<DataBuffer> parts(String... parts) {
    return Flux.just(parts).map(pool::buffer);
  }

  private static String text(DataBuffer buffer) {
    String text = buffer.toString(StandardCharsets.UTF_8);
    DataBufferUtils.release(buffer);
    return text;
  }

  private void forward(Flux<DataBuffer> body) {
    StepVerifier.create(statement.peek(body)).consumeNextWith(told::set).verifyComplete();
    StepVerifier.create(statement.body().map(PeekedStatementTest::text).doOnNext(forwarded::add))
        .thenConsumeWhile(_ -> true)
        .verifyComplete();
  }

  @Test
  void holdsNoMoreThanItTakesToTell() {
    forward(parts("SEL", "ECT ", "* FROM t", ";"));

    assertThat(told.get()).isEqualTo(StatementKind.READ);
    assertThat(forwarded).containsExactly("SELECT ", "* FROM t", ";");
  }

  @Test
  void lookIsTakenOnlyWhereThereIsTwiceAsMuch() {
    forward(parts("/*", "1", "2", "3*", "/ DROP", " ", "TABLE t"));

    assertThat(told.get()).isEqualTo(StatementKind.DDL);
    assertThat(String.join("", forwarded)).isEqualTo("/*123*/ DROP TABLE t");
  }

  @Test
  void takesAllOfABodyThatTellsOnlyAtItsEnd() {
    forward(parts("CREATE TABLE t ", "(a int)"));

    assertThat(told.get()).isEqualTo(StatementKind.DDL);
    assertThat(forwarded).containsExactly("CREATE TABLE t (a int)");
  }

  @Test
  void emptyBodyJustEnds() {
    forward(Flux.empty());

    assertThat(told.get()).isEqualTo(StatementKind.OTHER);
    assertThat(forwarded).isEmpty();
  }

  @Test
  void givesUpAtTheLimit() {
    String comment = "/*" + "x".repeat(StatementClassifier.MAX_LENGTH - 3);
    forward(parts(comment, "y", "*/", "SELECT 1"));

    assertThat(told.get()).isEqualTo(StatementKind.OTHER);
    assertThat(forwarded).containsExactly(comment + "y", "*/", "SELECT 1");
  }

  @Test
  void bytesThatAreNoTextPassAsTheyAre() {
    byte[] odd = {'S', 'E', 'L', 'E', 'C', 'T', ' ', (byte) 0xff, (byte) 0xc3, 0};
    byte[] seen = new byte[odd.length];
    StepVerifier.create(statement.peek(Flux.just(pool.buffer(odd, 0, odd.length))))
        .expectNext(StatementKind.READ)
        .verifyComplete();
    StepVerifier.create(statement.body())
        .consumeNextWith(
            buffer -> {
              buffer.read(seen);
              DataBufferUtils.release(buffer);
            })
        .verifyComplete();

    assertThat(seen).isEqualTo(odd);
  }

  /** A body that has begun, and of which the kind is known. */
  private TestPublisher<DataBuffer> begun() {
    TestPublisher<DataBuffer> body = TestPublisher.create();
    StepVerifier.create(statement.peek(body.flux()))
        .then(() -> body.next(pool.buffer("SEL"), pool.buffer("ECT 1 ")))
        .expectNext(StatementKind.READ)
        .verifyComplete();
    return body;
  }

  @Test
  void asksTheClientForNoMoreThanTheClusterTakes() {
    TestPublisher<DataBuffer> body = begun();
    StepVerifier.create(statement.body().map(PeekedStatementTest::text), 1)
        .expectNext("SELECT 1 ")
        .thenRequest(1)
        .then(() -> body.next(pool.buffer("FROM t")))
        .expectNext("FROM t")
        .then(body::complete)
        .verifyComplete();

    body.assertNoRequestOverflow();
  }

  @Test
  void endsWhereTheBodyDidBeforeItWasAskedFor() {
    begun().complete();

    StepVerifier.create(statement.body().map(PeekedStatementTest::text))
        .expectNext("SELECT 1 ")
        .verifyComplete();
  }

  @Test
  void failsWhereTheBodyDid() {
    begun().error(new IllegalStateException("x"));

    StepVerifier.create(statement.body().map(PeekedStatementTest::text))
        .expectNext("SELECT 1 ")
        .verifyErrorMessage("x");
  }

  @Test
  void failsBeforeItTellsWhereTheBodyDoes() {
    StepVerifier.create(
            statement.peek(parts("SEL").concatWith(Flux.error(new IllegalStateException("x")))))
        .verifyErrorMessage("x");
  }

  @Test
  void takesNoMoreOfABodyThatNobodyReads() {
    TestPublisher<DataBuffer> body = begun();
    statement.close();

    body.assertCancelled();
  }

  @Test
  void takesNoMoreWhereTheClusterStops() {
    TestPublisher<DataBuffer> body = begun();
    StepVerifier.create(statement.body().map(PeekedStatementTest::text))
        .expectNext("SELECT 1 ")
        .then(() -> body.next(pool.buffer("FROM t")))
        .expectNext("FROM t")
        .thenCancel()
        .verify(LIMIT);

    body.assertCancelled();
  }

  @Test
  void leavesABodyAloneThatHasEnded() {
    TestPublisher<DataBuffer> body = begun();
    body.complete();
    statement.close();

    body.assertNotCancelled();
  }

  @Test
  void isReadOnce() {
    forward(parts("SELECT 1"));

    StepVerifier.create(statement.body().skip(1)).verifyErrorMessage("a body is read once");
  }

  /** The client's end of the body and the cluster's first question may meet anywhere. */
  @Test
  void endsWhicheverThreadIsFirst() {
    Scheduler client = Schedulers.newSingle("client");
    Scheduler cluster = Schedulers.newSingle("cluster");
    try {
      for (int i = 0; i < 2_000; i++) {
        PeekedStatement each = new PeekedStatement(new StatementClassifier(_ -> null));
        Flux<DataBuffer> body = parts("SELECT 1 ", "FROM t").publishOn(client, 1);
        String seen =
            each.peek(body)
                .publishOn(cluster)
                .flatMap(_ -> each.body().map(PeekedStatementTest::text).reduce(String::concat))
                .block(LIMIT);
        assertThat(seen).isEqualTo("SELECT 1 FROM t");
      }
    } finally {
      client.dispose();
      cluster.dispose();
    }
  }
}
