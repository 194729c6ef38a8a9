package dev.passgate.proxy.fastpath;

import dev.passgate.proxy.EarlierTry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.NettyPipeline;

/**
 * Takes polls out of what comes on a client's connection, one at a time, and passes on all else to
 * Reactor Netty, which never sees them. What comes early, while an answer is due, waits: no more of
 * it than one read brings.
 */
final class PollHandler extends ChannelDuplexHandler {

  private static final Logger log = LoggerFactory.getLogger(PollHandler.class);

  private final FastPath path;
  private final Queue<Object> early = new ArrayDeque<>();

  /** How many answers Reactor Netty still owes. */
  private int due;

  /** A request that may be a poll, if it ends here. */
  private @Nullable HttpRequest begun;

  private @Nullable PollExchange exchange;
  private long polls;

  /** Whether the next answer of Reactor Netty's is to a poll that was left to the filters. */
  private boolean left;

  private PollHandler(FastPath path) {
    this.path = path;
  }

  static void install(Channel channel, FastPath path) {
    if (channel.pipeline().get(NettyPipeline.HttpTrafficHandler) != null) {
      channel
          .pipeline()
          .addBefore(NettyPipeline.HttpTrafficHandler, "passgate.fastPath", new PollHandler(path));
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (exchange != null) {
      early.add(message);
    } else if (message instanceof HttpRequest request) {
      if (due == 0 && !(message instanceof LastHttpContent) && path.mayServe(request)) {
        begun = request;
      } else {
        due++;
        context.fireChannelRead(message);
      }
    } else if (begun != null) {
      HttpRequest request = begun;
      begun = null;
      ended(context, request, message);
    } else {
      context.fireChannelRead(message);
    }
  }

  @SuppressWarnings("ReferenceEquality") // the one without content and trailers
  private void ended(ChannelHandlerContext context, HttpRequest request, Object end) {
    Poll poll =
        end == LastHttpContent.EMPTY_LAST_CONTENT ? admitted(context.channel(), request) : null;
    if (poll == null) {
      due++;
      context.fireChannelRead(request);
      context.fireChannelRead(end);
      return;
    }
    PollExchange begins = new PollExchange(context, poll, path, this, ++polls);
    exchange = begins;
    begins.start();
    if (exchange != null && early.isEmpty()) {
      // So that the end of the connection is seen. Not while requests wait that came too early.
      context.read();
    }
  }

  private @Nullable Poll admitted(Channel channel, HttpRequest request) {
    try {
      return path.admit(channel, request);
    } catch (RuntimeException e) {
      // The filters come to the same, and answer it.
      log.debug("a poll is left to the filters", e);
      return null;
    }
  }

  /** Has a poll served by the filters after all. Nothing of an answer has left. */
  void leave(ChannelHandlerContext context, HttpRequest request) {
    exchange = null;
    left = true;
    due++;
    context.fireChannelRead(request);
    context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
    context.fireChannelReadComplete();
    goOn(context);
  }

  /** A poll was answered. */
  void answered(ChannelHandlerContext context) {
    exchange = null;
    goOn(context);
  }

  private void goOn(ChannelHandlerContext context) {
    boolean passed = false;
    while (exchange == null && !early.isEmpty()) {
      channelRead(context, early.remove());
      passed = true;
    }
    if (passed) {
      context.fireChannelReadComplete();
    }
    if (exchange == null && due == 0) {
      context.read();
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof LastHttpContent && !isInterim(message)) {
      due = Math.max(0, due - 1);
      if (left) {
        left = false;
        EarlierTry.forget(context.channel());
      }
    }
    var _ = context.write(message, promise);
  }

  private static boolean isInterim(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext context) {
    if (exchange != null) {
      exchange.writabilityChanged();
    }
    context.fireChannelWritabilityChanged();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (exchange == null) {
      context.fireExceptionCaught(cause);
    } else {
      // Of the connection itself, as everything else is the exchange's to deal with.
      var _ = context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    clientLeft();
    context.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    clientLeft();
  }

  private void clientLeft() {
    PollExchange abandoned = exchange;
    exchange = null;
    early.forEach(ReferenceCountUtil::release);
    early.clear();
    if (abandoned != null) {
      abandoned.clientLeft();
    }
  }
}
