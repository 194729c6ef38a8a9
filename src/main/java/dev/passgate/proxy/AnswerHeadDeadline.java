package dev.passgate.proxy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Ends a connection to a cluster whose answer's head takes too long after the end of the request.
 * Netty's limit on silence does not, as long as a byte comes now and then.
 */
final class AnswerHeadDeadline extends ChannelDuplexHandler {

  private final Duration time;
  private boolean due;
  private @Nullable Future<?> deadline;

  private AnswerHeadDeadline(Duration time) {
    this.time = time;
  }

  static void install(Channel channel, Duration time) {
    if (channel.pipeline().get(NettyPipeline.HttpCodec) != null) {
      channel
          .pipeline()
          .addAfter(
              NettyPipeline.HttpCodec, "passgate.answerHeadDeadline", new AnswerHeadDeadline(time));
    }
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (message instanceof HttpRequest) {
      due = true;
    }
    if (due && message instanceof LastHttpContent) {
      stop();
      deadline =
          context.executor().schedule(() -> passed(context), time.toNanos(), TimeUnit.NANOSECONDS);
    }
    var _ = context.write(message, promise);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpResponse response
        && !HttpResponseStatus.CONTINUE.equals(response.status())) {
      due = false;
      stop();
    }
    context.fireChannelRead(message);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    due = false;
    stop();
    context.fireChannelInactive();
  }

  private void passed(ChannelHandlerContext context) {
    deadline = null;
    if (due) {
      // As Netty's ReadTimeoutHandler does.
      context.fireExceptionCaught(ReadTimeoutException.INSTANCE);
      var _ = context.close();
    }
  }

  private void stop() {
    Future<?> running = deadline;
    deadline = null;
    if (running != null) {
      running.cancel(false);
    }
  }
}
