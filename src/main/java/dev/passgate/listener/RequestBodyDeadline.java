package dev.passgate.listener;

import dev.passgate.failure.RequestException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import reactor.netty.NettyPipeline;

/**
 * Fails a request whose client takes too long over its body, and then closes the connection. Where
 * the answer was given before, it only closes.
 *
 * <p>Reactor Netty's own ({@code HttpServer.requestTimeout}) keeps what belongs to a request until
 * the time is over where the answer is given before the request was read to its end, as refusals
 * are: at a thousand refusals a second, that is hundreds of megabytes. Runs on the channel's event
 * loop only.
 */
final class RequestBodyDeadline extends ChannelDuplexHandler {

  /** For the answer to be sent. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final long limitMillis;
  private boolean answered;

  /** Whether a request has begun, and no time runs yet. */
  private boolean begun;

  private @Nullable ScheduledFuture<?> deadline;

  private RequestBodyDeadline(Duration limit) {
    this.limitMillis = limit.toMillis();
  }

  static void install(Channel channel, Duration limit) {
    channel
        .pipeline()
        .addAfter(NettyPipeline.HttpCodec, "passgate.bodyDeadline", new RequestBodyDeadline(limit));
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest) {
      answered = false;
      begun = true;
      cancel();
    }
    if (message instanceof LastHttpContent) {
      begun = false;
      cancel();
    }
    context.fireChannelRead(message);
  }

  /** Of a request that came at once nothing is left to wait for. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (begun) {
      begun = false;
      schedule(context, () -> expire(context), limitMillis);
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    boolean interim =
        message instanceof HttpResponse response
            && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
    if (message instanceof LastHttpContent && !interim) {
      answered = true;
    }
    var _ = context.write(message, promise);
  }

  private void schedule(ChannelHandlerContext context, Runnable task, long millis) {
    deadline = context.executor().schedule(task, millis, TimeUnit.MILLISECONDS);
  }

  private void expire(ChannelHandlerContext context) {
    if (answered) {
      // Nobody is left to fail; Reactor Netty would log an error, as often as anybody likes.
      close(context);
      return;
    }
    schedule(context, () -> close(context), GRACE.toMillis());
    context.fireExceptionCaught(
        new RequestException(
            HttpStatus.REQUEST_TIMEOUT,
            "the request's body took too long (passgate.limits.request-body-time)"));
  }

  private static void close(ChannelHandlerContext context) {
    var _ = context.close();
  }

  private void cancel() {
    if (deadline != null) {
      deadline.cancel(false);
      deadline = null;
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
