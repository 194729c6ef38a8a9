package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.routing.StatementClassifier;
import dev.passgate.routing.StatementKind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class PeekedStatementTest {

  private final BufferPool pool = BufferPool.direct();
  private final PeekedStatement statement = new PeekedStatement(new StatementClassifier(_ -> null));
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
    StepVerifier.create(
            statement.peek(body).map(PeekedStatementTest::text).doOnNext(forwarded::add))
        .thenConsumeWhile(_ -> true)
        .verifyComplete();
  }

  @Test
  void holdsNoMoreThanItTakesToTell() {
    forward(parts("SEL", "ECT ", "* FROM t", ";"));

    assertThat(statement.kind()).isEqualTo(StatementKind.READ);
    assertThat(forwarded).containsExactly("SELECT ", "* FROM t", ";");
  }

  @Test
  void lookIsTakenOnlyWhereThereIsTwiceAsMuch() {
    forward(parts("/*", "1", "2", "3*", "/ DROP", " ", "TABLE t"));

    assertThat(statement.kind()).isEqualTo(StatementKind.DDL);
    assertThat(String.join("", forwarded)).isEqualTo("/*123*/ DROP TABLE t");
  }

  @Test
  void takesAllOfABodyThatTellsOnlyAtItsEnd() {
    forward(parts("CREATE TABLE t ", "(a int)"));

    assertThat(statement.kind()).isEqualTo(StatementKind.DDL);
    assertThat(forwarded).containsExactly("CREATE TABLE t (a int)");
  }

  @Test
  void emptyBodyJustEnds() {
    forward(Flux.empty());

    assertThat(statement.kind()).isEqualTo(StatementKind.OTHER);
    assertThat(forwarded).isEmpty();
  }

  @Test
  void givesUpAtTheLimit() {
    String comment = "/*" + "x".repeat(StatementClassifier.MAX_LENGTH - 3);
    forward(parts(comment, "y", "*/", "SELECT 1"));

    assertThat(statement.kind()).isEqualTo(StatementKind.OTHER);
    assertThat(forwarded).containsExactly(comment + "y", "*/", "SELECT 1");
  }

  @Test
  void bytesThatAreNoTextPassAsTheyAre() {
    byte[] odd = {'S', 'E', 'L', 'E', 'C', 'T', ' ', (byte) 0xff, (byte) 0xc3, 0};
    byte[] seen = new byte[odd.length];
    StepVerifier.create(statement.peek(Flux.just(pool.buffer(odd, 0, odd.length))))
        .consumeNextWith(
            buffer -> {
              buffer.read(seen);
              DataBufferUtils.release(buffer);
            })
        .verifyComplete();

    assertThat(seen).isEqualTo(odd);
  }

  @Test
  void asksTheClientForNoMoreThanTheClusterTakes() {
    TestPublisher<DataBuffer> body = TestPublisher.create();
    StepVerifier.create(statement.peek(body.flux()).map(PeekedStatementTest::text), 1)
        .then(() -> body.next(pool.buffer("SEL"), pool.buffer("ECT 1 ")))
        .expectNext("SELECT 1 ")
        .then(body::assertNoRequestOverflow)
        .thenRequest(1)
        .then(() -> body.next(pool.buffer("FROM t")))
        .expectNext("FROM t")
        .then(body::complete)
        .verifyComplete();
  }

  @Test
  void leavesNothingBehindWhereTheClientGoesAway() {
    TestPublisher<DataBuffer> body = TestPublisher.create();
    StepVerifier.create(statement.peek(body.flux()))
        .then(() -> body.next(pool.buffer("SEL")))
        .thenCancel()
        .verify(Duration.ofSeconds(20));

    body.assertCancelled();
  }

  @Test
  void failsWhereTheBodyDoes() {
    StepVerifier.create(
            statement.peek(parts("SEL").concatWith(Flux.error(new IllegalStateException("x")))))
        .verifyErrorMessage("x");
  }
}
