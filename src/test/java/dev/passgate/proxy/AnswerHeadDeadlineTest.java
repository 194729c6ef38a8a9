package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.timeout.ReadTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.netty.NettyPipeline;

final class AnswerHeadDeadlineTest {

  private final EmbeddedChannel channel = new EmbeddedChannel();

  @BeforeEach
  void send() {
    channel.freezeTime();
    channel.pipeline().addLast(NettyPipeline.HttpCodec, new HttpClientCodec());
    AnswerHeadDeadline.install(channel, Duration.ofSeconds(10));
    channel.writeOutbound(
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.GET, "/", Unpooled.EMPTY_BUFFER));
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void receive(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
  }

  private void pass(int seconds) {
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
  }

  @Test
  void endsAConnectionOnWhichAHeadComesTooSlowly() {
    pass(9);
    receive("HTTP/1.1 200 O");
    pass(1);

    assertThat(channel.isActive()).isFalse();
    assertThatThrownBy(channel::checkException).isInstanceOf(ReadTimeoutException.class);
  }

  /** 100 is an answer to the question whether the body may come, and not to the request. */
  @Test
  void isNotMetByWhatOnlyAsksForTheBody() {
    receive("HTTP/1.1 100 Continue\r\n\r\n");
    pass(10);

    assertThat(channel.isActive()).isFalse();
    assertThatThrownBy(channel::checkException).isInstanceOf(ReadTimeoutException.class);
  }

  @Test
  void letsABodyTakeItsTime() {
    receive("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
    pass(100);

    assertThat(channel.isActive()).isTrue();
  }
}
