package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;

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

class RequestHeadDeadlineTest {

  private static final long NOTHING_SCHEDULED = -1;
  private static final String HEAD = "GET /v1/info HTTP/1.1\r\nHost: gateway\r\n";

  private final EmbeddedChannel channel = new EmbeddedChannel();

  @BeforeEach
  void install() {
    channel.freezeTime();
    channel.pipeline().addLast(NettyPipeline.HttpCodec, new HttpServerCodec());
    RequestHeadDeadline.install(channel, Duration.ofSeconds(20));
  }

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  @Test
  void closesAConnectionWhoseHeadTakesTooLong() {
    send(HEAD);
    pass(19_999);
    assertThat(channel.isOpen()).isTrue();

    pass(1);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void isNotPutOffByAByteNowAndThen() {
    for (int i = 0; i < 19; i++) {
      send(HEAD.substring(i, i + 1));
      pass(1_000);
    }
    assertThat(channel.isOpen()).isTrue();
    send(HEAD.substring(19, 20));

    pass(1_000);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void startsWithTheFirstByteOfARequest() {
    pass(60_000);
    assertThat(channel.isOpen()).isTrue();

    send("G");
    pass(19_999);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void endsWithTheHead() {
    send(HEAD);
    pass(10_000);
    send("\r\n");

    pass(60_000);
    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void leavesTheTimeForABodyToOthers() {
    send("POST /v1/statement HTTP/1.1\r\nHost: gateway\r\nContent-Length: 2\r\n\r\n");
    pass(30_000);
    send("a");
    pass(30_000);

    assertThat(channel.isOpen()).isTrue();
  }

  @Test
  void watchesEveryRequestOfAConnection() {
    send(HEAD + "\r\n");
    pass(60_000);
    answer();
    send("POST /v1/statement HTTP/1.1\r\nHost: gateway\r\nContent-Length: 2\r\n\r\nab");
    pass(60_000);
    answer();
    assertThat(channel.isOpen()).isTrue();
    send("POST ");

    pass(20_000);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void watchesAHeadThatBeganWithTheEndOfAnotherRequest() {
    send(HEAD + "\r\nGET /v1");
    pass(60_000);
    assertThat(channel.isOpen()).as("an answer is due").isTrue();
    answer();
    send("/");

    pass(20_000);
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void endsWithAHeadThatCannotBeDecoded() {
    send("NOT HTTP AT ALL\r\n\r\n");

    pass(60_000);
    assertThat(channel.isOpen()).isTrue();
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

  private void answer() {
    channel.writeOutbound(
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NO_CONTENT));
  }

  private void pass(long millis) {
    channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }
}
