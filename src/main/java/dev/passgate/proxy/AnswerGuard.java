package dev.passgate.proxy;

import dev.passgate.failure.ClusterException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import reactor.netty.NettyPipeline;

/**
 * Reads a cluster's answers before Reactor Netty does, on a connection's event loop.
 *
 * <p>Drops informational answers (RFC 9110, section 15.2). Reactor Netty takes any but 100 for the
 * final one and gives the connection back to the pool, where the real answer then waits for the
 * next request, which may be somebody else's.
 *
 * <p>Closes a connection on which something comes that nobody asked for: what follows a body beyond
 * its declared length would be the next request's answer. The end of an answer is passed on only
 * when nothing that came with it follows: Reactor Netty gives the connection back at that moment,
 * and where requests wait for one, the next is written before the call returns.
 *
 * <p>Says of an answer that cannot be read whose fault it is. Netty's exceptions do not.
 */
public final class AnswerGuard extends ChannelDuplexHandler {

  private static final ByteBuf EMPTY_LINES =
      Unpooled.unreleasableBuffer(Unpooled.copiedBuffer("\r\n\r\n", StandardCharsets.US_ASCII));

  private boolean informational;
  private boolean provisional;
  private boolean due;
  private @Nullable LastHttpContent end;

  static void install(Channel channel) {
    if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
      AnswerGuard guard = new AnswerGuard();
      channel
          .pipeline()
          .addBefore(NettyPipeline.HttpCodec, "passgate.leftoverProbe", guard.new LeftoverProbe())
          .addAfter(NettyPipeline.HttpCodec, "passgate.answerGuard", guard);
    }
  }

  /**
   * Empty lines after each answer. Netty skips them before the next, but what an answer left behind
   * that is no line yet becomes one by them, and is seen before the next request is sent.
   */
  private final class LeftoverProbe extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.fireChannelRead(message);
      if (end != null) {
        context.fireChannelRead(EMPTY_LINES.duplicate());
        passEnd(context.pipeline().context(AnswerGuard.this));
      }
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpRequest) {
      due = true;
    }
    var _ = context.write(message, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!due) {
      ReferenceCountUtil.release(message);
      var _ = context.close();
      return;
    }
    if (message instanceof HttpResponse response && response.decoderResult().isSuccess()) {
      int status = response.status().code();
      provisional = status == HttpResponseStatus.CONTINUE.code();
      informational = status > HttpResponseStatus.SWITCHING_PROTOCOLS.code() && status < 200;
      if (status < 100 || status > 999 || status == HttpResponseStatus.SWITCHING_PROTOCOLS.code()) {
        response.setDecoderResult(DecoderResult.failure(unreadable(null)));
      }
    } else if (message instanceof HttpObject part && part.decoderResult().isFailure()) {
      informational = false;
      part.setDecoderResult(DecoderResult.failure(unreadable(part.decoderResult().cause())));
    }
    if (!informational) {
      if (message instanceof LastHttpContent last && !provisional) {
        due = false;
        end = last;
      } else {
        context.fireChannelRead(message);
      }
      return;
    }
    informational = !(message instanceof LastHttpContent);
    ReferenceCountUtil.release(message);
    if (!informational) {
      // Reactor Netty reads on demand, and its demand was for the answer that is still to come.
      context.read();
    }
  }

  /** An answer without a length ends with its connection, and not within a read. */
  @Override
  public void channelInactive(ChannelHandlerContext context) {
    passEnd(context);
    context.fireChannelInactive();
  }

  private void passEnd(ChannelHandlerContext context) {
    LastHttpContent last = end;
    end = null;
    if (last != null) {
      context.fireChannelRead(last);
    }
  }

  /**
   * Why an answer cannot be read, in words for the client.
   *
   * @param cause what the decoder found; null where it found nothing
   */
  public static ClusterException unreadable(@Nullable Throwable cause) {
    return new ClusterException(
        HttpStatus.BAD_GATEWAY,
        cause instanceof TooLongHttpHeaderException
            ? "the Trino cluster sent more headers than are passed on"
                + " (spring.cloud.gateway.server.webflux.httpclient.max-header-size)"
            : "the Trino cluster sent an answer that is not valid HTTP");
  }
}
