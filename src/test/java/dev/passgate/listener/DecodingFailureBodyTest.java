package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.observe.TestMetrics;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.util.unit.DataSize;

class DecodingFailureBodyTest {

  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new DecodingFailureBody(
              DataSize.ofMegabytes(2), DataSize.ofKilobytes(16), TestMetrics.access()));

  @AfterEach
  void release() {
    channel.finishAndReleaseAll();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | the request is not valid HTTP/1.1
          414 | the request line is longer than 16384 bytes (server.netty.max-initial-line-length)
          431 | the request's headers are larger than 2097152 bytes \
          (server.max-http-request-header-size)
          """)
  void saysWhatWasWrong(int status, String expected) {
    FullHttpResponse answer = empty(status, true);

    channel.writeOutbound(answer);

    FullHttpResponse written = channel.readOutbound();
    String body = written.content().toString(StandardCharsets.UTF_8);
    assertThat(body).isEqualTo(expected + " (request embedded)\n");
    assertThat(written.status().code()).isEqualTo(status);
    assertThat(written.headers().getAll(HttpHeaderNames.CONTENT_LENGTH))
        .containsExactly(Integer.toString(body.length()));
    assertThat(written.headers().get(HttpHeaderNames.CONTENT_TYPE))
        .isEqualTo("text/plain;charset=UTF-8");
    assertThat(written.headers().get(HttpHeaderNames.CONNECTION)).isEqualTo("close");
    assertThat(answer.refCnt()).isZero();
    assertThat(written.release()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 404, 413, 500})
  void leavesOtherAnswersAlone(int status) {
    assertLeftAlone(empty(status, true));
  }

  @Test
  void leavesAnswersAloneAfterWhichTheConnectionStays() {
    assertLeftAlone(empty(400, false));
  }

  @Test
  void leavesAnswersToAHeadAlone() {
    FullHttpResponse answer = empty(400, true);
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 90);
    answer.headers().set(HttpHeaderNames.CONTENT_TYPE, "application/problem+json");

    assertLeftAlone(answer);
  }

  @Test
  void leavesAnswersWithABodyAlone() {
    ByteBuf body = Unpooled.copiedBuffer("mine", StandardCharsets.UTF_8);
    FullHttpResponse answer =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST, body);
    answer.headers().set(HttpHeaderNames.CONNECTION, "close");

    assertLeftAlone(answer);
  }

  @Test
  void leavesAnswersAloneWhoseBodyFollows() {
    HttpResponse answer =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST);
    answer.headers().set(HttpHeaderNames.CONNECTION, "close");

    assertLeftAlone(answer);
  }

  private void assertLeftAlone(HttpResponse answer) {
    channel.writeOutbound(answer);

    HttpResponse written = channel.readOutbound();
    assertThat(written).isSameAs(answer);
    if (written instanceof FullHttpResponse full) {
      assertThat(full.release()).isTrue();
    }
  }

  private static FullHttpResponse empty(int status, boolean close) {
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(status), Unpooled.buffer(1));
    answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    if (close) {
      answer.headers().set(HttpHeaderNames.CONNECTION, "close");
    }
    return answer;
  }
}
