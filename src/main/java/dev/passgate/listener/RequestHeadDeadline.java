package dev.passgate.listener;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.NettyPipeline;

/**
 * Closes a connection whose client takes too long over the head of a request. Netty limits a head's
 * size and the pause between bytes; a client that sends a byte now and then would stay for ever.
 *
 * <p>Two handlers of one channel: one sees bytes before the codec, the other what the codec made of
 * them. Both run on the channel's event loop only.
 */
final class RequestHeadDeadline {

  private static final Logger log = LoggerFactory.getLogger(RequestHeadDeadline.class);

  private final long limitMillis;
  private boolean betweenRequests = true;
  private boolean answering;
  private long heads;
  private @Nullable ScheduledFuture<?> deadline;

  private RequestHeadDeadline(Duration limit) {
    this.limitMillis = limit.toMillis();
  }

  static void install(Channel channel, Duration limit) {
    RequestHeadDeadline watch = new RequestHeadDeadline(limit);
    channel
        .pipeline()
        .addBefore(NettyPipeline.HttpCodec, "passgate.headBytes", watch.new Bytes())
        .addAfter(NettyPipeline.HttpCodec, "passgate.headDecoded", watch.new Decoded());
  }

  /** Of a head that came at once nothing is left to wait for. */
  private void headBegins(ChannelHandlerContext context) {
    // What comes while an answer is due is a request too early, or a stray line end: no hurry.
    if (betweenRequests && !answering && deadline == null && context.channel().isActive()) {
      deadline =
          context
              .executor()
              .schedule(
                  () -> {
                    log.debug("closed a connection: the head of its request took too long");
                    var _ = context.close();
                  },
                  limitMillis,
                  TimeUnit.MILLISECONDS);
    }
  }

  private void headEnds() {
    heads++;
    betweenRequests = false;
    answering = true;
    cancel();
  }

  private void cancel() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
    }
  }

  private final class Bytes extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      long before = heads;
      context.fireChannelRead(message);
      if (heads == before) {
        headBegins(context);
      }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      cancel();
      context.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      cancel();
    }
  }

  private final class Decoded extends ChannelDuplexHandler {

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      boolean interim =
          message instanceof HttpResponse response
              && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      if (message instanceof LastHttpContent && !interim) {
        answering = false;
      }
      var _ = context.write(message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest) {
        headEnds();
      }
      if (message instanceof LastHttpContent) {
        betweenRequests = true;
      }
      context.fireChannelRead(message);
    }
  }
}
