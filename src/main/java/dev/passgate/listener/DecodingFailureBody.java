package dev.passgate.listener;

import dev.passgate.observe.AccessEvent;
import dev.passgate.observe.AccessLog;
import dev.passgate.trace.RequestId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * Gives a body to the answers that Reactor Netty sends by itself, without one, when it cannot
 * decode a request: whoever meets a limit learns which one. A client that is still sending would
 * have its connection reset, and lose that answer; so the gateway's side is closed first, and what
 * still comes is read and dropped for a moment (RFC 9112, section 9.6).
 */
final class DecodingFailureBody extends ChannelOutboundHandlerAdapter {

  private static final long LINGER_MILLIS = 1000;

  private final DataSize headerLimit;
  private final DataSize lineLimit;
  private final AccessLog access;
  private boolean failed;

  DecodingFailureBody(DataSize headerLimit, DataSize lineLimit, AccessLog access) {
    this.headerLimit = headerLimit;
    this.lineLimit = lineLimit;
    this.access = access;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    // One with a content type is the gateway's, to a HEAD.
    if (message instanceof FullHttpResponse response
        && !response.content().isReadable()
        && !response.headers().contains(HttpHeaderNames.CONTENT_TYPE)) {
      String body = body(response.status().code());
      if (body != null && response.headers().contains(HttpHeaderNames.CONNECTION, "close", true)) {
        failed = true;
        access.write(() -> event(context.channel(), response.status().code()));
        var _ = context.write(withBody(context, response, body), promise);
        return;
      }
    }
    var _ = context.write(message, promise);
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (failed
        && context.channel() instanceof DuplexChannel channel
        && context.pipeline().get(SslHandler.class) == null) {
      failed = false;
      var _ = channel.shutdownOutput();
      channel.config().setAutoRead(true);
      var _ =
          context
              .executor()
              .schedule(
                  () -> {
                    var _ = context.close(promise);
                  },
                  LINGER_MILLIS,
                  TimeUnit.MILLISECONDS);
      return;
    }
    var _ = context.close(promise);
  }

  /** Of such a request nothing is known but whose connection it is. */
  private static AccessEvent event(Channel channel, int status) {
    return new AccessEvent(
        Instant.now(),
        channel.id().asShortText(),
        channel.remoteAddress() instanceof InetSocketAddress peer
            ? peer.getAddress().getHostAddress()
            : "",
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        status,
        0,
        null);
  }

  private static FullHttpResponse withBody(
      ChannelHandlerContext context, FullHttpResponse response, String body) {
    String id = context.channel().id().asShortText();
    ByteBuf content = ByteBufUtil.writeUtf8(context.alloc(), RequestId.added(body, id) + "\n");
    FullHttpResponse answer = response.replace(content);
    answer
        .headers()
        .set(RequestId.HEADER, id)
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain;charset=UTF-8")
        .setInt(HttpHeaderNames.CONTENT_LENGTH, content.readableBytes());
    ReferenceCountUtil.release(response);
    return answer;
  }

  private @Nullable String body(int status) {
    return switch (status) {
      case 400 -> "the request is not valid HTTP/1.1";
      case 414 ->
          "the request line is longer than "
              + lineLimit.toBytes()
              + " bytes (server.netty.max-initial-line-length)";
      case 431 ->
          "the request's headers are larger than "
              + headerLimit.toBytes()
              + " bytes (server.max-http-request-header-size)";
      default -> null;
    };
  }
}
