package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.failure.RequestException;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.netty.NettyPipeline;

class RequestBodyDeadlineTest {

  private static final long NOTHING_SCHEDULED = -1;
  private static final String HEAD =
      "POST /v1/statement HTTP/1.1\r\nHost: gateway\r\nContent-Length: 200\r\n\r\n";

  private final EmbeddedChannel channel = new EmbeddedChannel();

  @BeforeEach
  void install() {
    channel.freezeTime();
    channel.pipeline().addLast(NettyPipeline.HttpCodec, new HttpServerCodec());
    RequestBodyDeadline.install(channel, Duration.ofMinutes(2));
  }

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  @Test
  void failsARequestWhoseBodyTakesTooLongHoweverOftenAByteComes() {
    send(HEAD);
    for (int i = 0; i < 119; i++) {
      send("a");
      pass(1_000);
    }
    channel.checkException();

    pass(1_000);
    assertThatThrownBy(channel::checkException)
        .isInstanceOf(RequestException.class)
        .hasMessage("the request's body took too long (passgate.limits.request-body-time)");
  }

  @Test
  void closesTheConnectionWhenTheAnswerHadTimeToBeSent() {
    send(HEAD);
    pass(120_000);
    assertThatThrownBy(channel::checkException).isInstanceOf(RequestException.class);
    pass(4_999);
    assertThat(channel.isOpen()).isTrue();

    pass(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void onlyClosesTheConnectionWhereTheAnswerWasGivenBefore() {
    send(HEAD);
    answer(HttpResponseStatus.UNAUTHORIZED);
    pass(119_999);
    assertThat(channel.isOpen()).isTrue();

    pass(1);
    channel.checkException();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void takesAnInterimAnswerForNone() {
    send(HEAD);
    answer(HttpResponseStatus.CONTINUE);
    pass(120_000);

    assertThatThrownBy(channel::checkException).isInstanceOf(RequestException.class);
  }

  @Test
  void endsWithTheBody() {
    send(HEAD + "a".repeat(199));
    pass(119_999);
    send("a");

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(NOTHING_SCHEDULED);
  }

  @Test
  void countsAnewForEachRequestOfAConnection() {
    send(HEAD);
    pass(100_000);
    send("a".repeat(200) + HEAD);
    pass(119_999);
    channel.checkException();

    pass(1);
    assertThatThrownBy(channel::checkException).isInstanceOf(RequestException.class);
  }

  @Test
  void leavesNothingBehindAfterARequestWithoutABody() {
    send("GET /v1/info HTTP/1.1\r\nHost: gateway\r\n\r\n");

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(NOTHING_SCHEDULED);
  }

  @Test
  void leavesNothingBehindWhenTheClientGoes() {
    send(HEAD);
    assertThat(channel.runScheduledPendingTasks()).isPositive();

    channel.close().syncUninterruptibly();
    channel.runPendingTasks();
    assertThat(channel.runScheduledPendingTasks()).isEqualTo(NOTHING_SCHEDULED);
  }

  private void send(String text) {
    channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  private void answer(HttpResponseStatus status) {
    channel.writeOutbound(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status));
  }

  private void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }
}
