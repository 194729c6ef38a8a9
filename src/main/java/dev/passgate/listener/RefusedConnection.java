package dev.passgate.listener;

import dev.passgate.trace.RequestId;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;

/**
 * Ends a connection before anything is read of it. Who speaks in the clear is told why, without
 * waiting for whether it is read; a TLS handshake for that would cost more than what is refused.
 */
final class RefusedConnection extends ChannelInboundHandlerAdapter {

  private final String limit;

  /**
   * @param limit the key of the limit that it is over
   */
  RefusedConnection(String limit) {
    this.limit = limit;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (context.pipeline().get(SslHandler.class) != null) {
      var _ = context.close();
      return;
    }
    String body =
        RequestId.added(
                "there are too many connections (" + limit + ")",
                context.channel().id().asShortText())
            + "\n";
    String answer =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain;charset=UTF-8\r\n"
            + "Retry-After: 1\r\nConnection: close\r\n"
            + RequestId.HEADER
            + ": "
            + context.channel().id().asShortText()
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    var _ =
        context
            .writeAndFlush(ByteBufUtil.writeAscii(context.alloc(), answer))
            .addListener(ChannelFutureListener.CLOSE);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ReferenceCountUtil.release(message);
  }
}
