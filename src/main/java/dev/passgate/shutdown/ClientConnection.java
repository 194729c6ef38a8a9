package dev.passgate.shutdown;

import dev.passgate.trace.RequestId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.netty.NettyPipeline;

/**
 * Sees what runs on a client's connection, whoever answers it, and ends the connection where its
 * client knows or can cope with it: after an answer with {@code Connection: close}, or when nothing
 * is under way. What follows such an answer is not served (RFC 9112, section 9.6). Confined to the
 * connection's event loop, but for {@link #due()}.
 */
final class ClientConnection extends ChannelDuplexHandler {

  /**
   * For how long a connection is kept whose client cannot know that it ends, as it is new, or its
   * last answer was begun before: the next request, which mostly comes at once, is told.
   */
  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final String LATER = "the gateway is shutting down, please try again";

  private final Draining draining;
  private final Channel channel;

  /** How many answers are due. Changed on the event loop only. */
  private final AtomicInteger due = new AtomicInteger();

  /** A part of a head has come. */
  private boolean headBegun;

  /** A head has come, and not yet all of its request. */
  private boolean requestBegun;

  /** The request that came last may be sent again without harm, and its client would do so. */
  private boolean repeatable;

  /** The head of an answer has left, and not yet all of it. */
  private boolean answerBegun;

  /** The answer that is leaving, or left last, says that the connection ends. */
  private boolean announced;

  /** What comes is not served any more. */
  private boolean deaf;

  /** What leaves is not sent any more. */
  private boolean cut;

  /** Until when it is kept, though nothing is under way. */
  private long keptUntil = System.nanoTime() + QUIET_NANOS;

  private ClientConnection(Draining draining, Channel channel) {
    this.draining = draining;
    this.channel = channel;
  }

  static void install(Channel channel, Draining draining) {
    if (channel.pipeline().get(NettyPipeline.HttpCodec) == null) {
      return;
    }
    ClientConnection connection = new ClientConnection(draining, channel);
    channel
        .pipeline()
        .addBefore(NettyPipeline.HttpCodec, "passgate.clientBytes", connection.new Bytes())
        .addAfter(NettyPipeline.HttpCodec, "passgate.clientConnection", connection);
    draining.add(channel);
    if (draining.isEnding()) {
      channel.eventLoop().execute(connection::closeIfIdle);
    }
  }

  /** How many answers are due. */
  int due() {
    return due.get();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      deaf |= announced;
      headBegun = false;
      if (!deaf) {
        requestBegun = true;
        due.incrementAndGet();
        repeatable = isRepeatable(request);
      }
    }
    if (deaf) {
      ReferenceCountUtil.release(message);
      return;
    }
    boolean last = message instanceof LastHttpContent;
    if (last) {
      requestBegun = false;
    }
    context.fireChannelRead(message);
    if (last && announced && draining.isOn() && due.get() == 0) {
      // It was answered before it had come.
      var _ = channel.close();
    }
  }

  /** Those that Trino's clients send again after a 503. */
  private static boolean isRepeatable(HttpRequest request) {
    return (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD))
        && request.uri().startsWith("/v1/");
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (cut) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    if (isInterim(message)) {
      var _ = context.write(message, promise);
      return;
    }
    if (message instanceof HttpResponse answer) {
      begin(answer);
    }
    if (message instanceof LastHttpContent) {
      end(context, message, promise);
    } else {
      var _ = context.write(message, promise);
    }
  }

  private static boolean isInterim(Object message) {
    return message instanceof HttpResponse response
        && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
  }

  private void begin(HttpResponse answer) {
    answerBegun = true;
    // With more requests under way already, the answer to the last of them says it.
    if (draining.isOn() && due.get() <= 1) {
      answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    announced =
        answer.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
  }

  private void end(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    answerBegun = false;
    due.updateAndGet(before -> Math.max(0, before - 1));
    if (!draining.isOn()) {
      var _ = context.write(message, promise);
      return;
    }
    draining.countAnswered();
    ChannelPromise written = promise.unvoid();
    if (announced && !requestBegun) {
      var _ = written.addListener(ChannelFutureListener.CLOSE);
    } else if (!announced) {
      keptUntil = System.nanoTime() + QUIET_NANOS;
      if (draining.isEnding()) {
        var _ = written.addListener(_ -> closeIfIdle());
      }
    }
    var _ = context.write(message, written);
  }

  /** Closes it, now or in a moment, unless a request comes before. */
  void closeIfIdle() {
    if (due.get() > 0 || headBegun || requestBegun || !channel.isActive()) {
      return;
    }
    long left = keptUntil - System.nanoTime();
    if (left > 0) {
      var _ = channel.eventLoop().schedule(this::closeIfIdle, left, TimeUnit.NANOSECONDS);
    } else {
      var _ = channel.close();
    }
  }

  /**
   * Ends it, whatever is under way. A part of an answer is cut so that nobody takes it for the
   * whole; where none has left, it is said that there will be none.
   */
  void cut() {
    if (!channel.isActive()) {
      return;
    }
    int lost = due.get();
    if (lost > 0) {
      draining.countCut();
    }
    ChannelHandlerContext context = channel.pipeline().context(this);
    if (lost == 1 && !answerBegun && repeatable && context != null) {
      var _ = context.writeAndFlush(later()).addListener(ChannelFutureListener.CLOSE);
      cut = true;
      deaf = true;
    } else {
      var _ = channel.close();
    }
  }

  private FullHttpResponse later() {
    String id = channel.id().asShortText();
    ByteBuf body = ByteBufUtil.writeUtf8(channel.alloc(), RequestId.added(LATER, id) + "\n");
    FullHttpResponse answer =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.SERVICE_UNAVAILABLE, body);
    answer
        .headers()
        .set(RequestId.HEADER, id)
        .set(HttpHeaderNames.CONTENT_TYPE, "text/plain;charset=UTF-8")
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set(HttpHeaderNames.RETRY_AFTER, "1")
        .set(RequestId.HEADER, id)
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    return answer;
  }

  /** Sees whether a part of a head has come, of which the codec tells nothing. */
  private final class Bytes extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      headBegun = !requestBegun;
      context.fireChannelRead(message);
    }
  }
}
