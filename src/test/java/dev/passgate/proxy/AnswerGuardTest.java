package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.NettyPipeline;

final class AnswerGuardTest {

  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final StringBuilder read = new StringBuilder();
  private int ends;
  private int requests;

  /** As a pool does in which requests wait: the next one goes out before the end is dealt with. */
  private final class Pool extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpContent content) {
        read.append(content.content().toString(StandardCharsets.US_ASCII));
      }
      boolean end = message instanceof LastHttpContent;
      ReferenceCountUtil.release(message);
      if (end) {
        ends++;
        if (channel.isActive()) {
          send();
        }
      }
    }
  }

  @BeforeEach
  void connect() {
    channel.pipeline().addLast(NettyPipeline.HttpCodec, new HttpClientCodec());
    AnswerGuard.install(channel);
    channel.pipeline().addLast(new Pool());
    send();
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void send() {
    requests++;
    var _ =
        channel.writeAndFlush(
            new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.GET, "/", Unpooled.EMPTY_BUFFER));
  }

  private void receive(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
  }

  @Test
  void givesConnectionBackAfterAWholeAnswer() {
    receive(OK);
    receive(OK.substring(0, 30));
    receive(OK.substring(30));

    assertThat(read).hasToString("okok");
    assertThat(requests).isEqualTo(3);
    assertThat(channel.isActive()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
        "HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\nevil",
        "HTTP/1.1 200 OK\r\nContent-"
      })
  void whatIsLeftOverIsNoAnswerToARequestThatWaits(String leftover) {
    receive(OK + leftover);

    assertThat(read).hasToString("ok");
    assertThat(ends).isOne();
    assertThat(requests).isOne();
    assertThat(channel.isActive()).isFalse();
  }

  @Test
  void passesOnAnAnswerThatEndsWithItsConnection() {
    receive("HTTP/1.1 200 OK\r\n\r\nok");
    assertThat(ends).isZero();

    var _ = channel.close();

    assertThat(read).hasToString("ok");
    assertThat(ends).isOne();
  }
}
