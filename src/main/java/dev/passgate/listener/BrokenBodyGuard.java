package dev.passgate.listener;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.util.ReferenceCountUtil;

/**
 * Cuts the connection of a client whose chunked body cannot be read on, as if it had gone away.
 * Netty ends such a body with a last part that is marked as failed, and Reactor Netty, which looks
 * at the marks of heads only, takes it for the end: Trino would run the part of a statement that
 * came before.
 */
final class BrokenBodyGuard extends ChannelInboundHandlerAdapter {

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpContent part
        && !(message instanceof HttpMessage)
        && part.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      var _ = context.close();
      return;
    }
    context.fireChannelRead(message);
  }
}
