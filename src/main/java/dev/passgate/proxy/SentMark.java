package dev.passgate.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.AttributeKey;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.netty.NettyPipeline;

/**
 * Notes of a request whether its whole head was given to the operating system. Before that no
 * cluster can have acted on it, whatever broke: a head that ends early is no request (RFC 9112,
 * section 8).
 */
@ChannelHandler.Sharable
final class SentMark extends ChannelOutboundHandlerAdapter {

  private static final AttributeKey<AtomicBoolean> SENT =
      AttributeKey.valueOf(SentMark.class.getName());

  private static final SentMark HANDLER = new SentMark();

  private SentMark() {}

  static void install(Channel channel) {
    if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
      channel.pipeline().addAfter(NettyPipeline.HttpCodec, "passgate.sentMark", HANDLER);
    }
  }

  /**
   * Has the next request on a connection noted; called on its event loop. Where nobody could note
   * it, it counts as sent at once.
   */
  static void expect(Channel channel, AtomicBoolean sent) {
    channel.attr(SENT).set(sent);
    sent.set(channel.pipeline().get(SentMark.class) == null);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    AtomicBoolean sent =
        message instanceof HttpRequest ? context.channel().attr(SENT).getAndSet(null) : null;
    if (sent == null) {
      var _ = context.write(message, promise);
      return;
    }
    ChannelPromise noted = promise.unvoid();
    var _ = noted.addListener(written -> sent.compareAndSet(false, written.isSuccess()));
    var _ = context.write(message, noted);
  }
}
