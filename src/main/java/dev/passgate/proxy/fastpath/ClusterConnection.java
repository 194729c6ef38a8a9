package dev.passgate.proxy.fastpath;

import dev.passgate.proxy.AnswerGuard;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a coordinator, which brings one answer after the other. Confined to its event
 * loop, but for {@link #close()}.
 *
 * <p>Is used again only where the answer was whole, the request had left, and nothing came after
 * the answer: what follows it would be the next request's answer, which may be somebody else's.
 * Informational answers (RFC 9110, section 15.2) are dropped.
 */
final class ClusterConnection extends ChannelInboundHandlerAdapter {

  private final Channel channel;
  private final AnswerDecoder decoder;
  private final IdleConnections idle;
  private final long pauseNanos;

  private @Nullable AnswerReceiver receiver;
  private boolean sent;
  private boolean informational;
  private boolean headSeen;
  private boolean whole;
  private boolean reusable;
  private @Nullable Future<?> watch;

  /** When something last came, or the request was sent, or it became idle. */
  private long lastActivity = System.nanoTime();

  /**
   * @param idle where it goes between two requests
   * @param pauseNanos how long the cluster may be silent, or nobody read on
   */
  ClusterConnection(Channel channel, AnswerDecoder decoder, IdleConnections idle, long pauseNanos) {
    this.channel = channel;
    this.decoder = decoder;
    this.idle = idle;
    this.pauseNanos = pauseNanos;
  }

  /** Whether a request may be sent: nothing is left of what came before. */
  boolean isClean() {
    return channel.isActive() && decoder.isEmpty();
  }

  long idleNanos() {
    return System.nanoTime() - lastActivity;
  }

  void close() {
    var _ = channel.close();
  }

  /** Sends a request whose answer goes to a receiver. */
  void send(FullHttpRequest request, AnswerReceiver answer) {
    receiver = answer;
    sent = false;
    informational = false;
    headSeen = false;
    whole = false;
    reusable = true;
    lastActivity = System.nanoTime();
    ChannelFuture written = channel.writeAndFlush(request);
    if (written.isSuccess()) {
      sent = true;
    } else {
      var _ = written.addListener(_ -> written(written));
    }
    watch(pauseNanos);
    channel.read();
  }

  private void written(ChannelFuture written) {
    if (written.isSuccess()) {
      sent = true;
    } else {
      fail(written.cause());
    }
  }

  /** Asks for more of the answer. */
  void read() {
    channel.read();
  }

  /** Lets go of an answer that nobody wants any more. */
  void abandon() {
    receiver = null;
    close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    AnswerReceiver answer = receiver;
    if (answer == null || whole || !(message instanceof HttpObject part)) {
      // Nobody asked for it.
      reusable = false;
      ReferenceCountUtil.release(message);
      if (answer == null) {
        close();
      }
      return;
    }
    if (part.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      fail(AnswerGuard.unreadable(part.decoderResult().cause()));
      return;
    }
    if (part instanceof HttpResponse head) {
      head(head, answer);
    }
    if (part instanceof HttpContent content) {
      content(content, answer);
    }
  }

  private void head(HttpResponse head, AnswerReceiver answer) {
    int status = head.status().code();
    decoder.headCame();
    informational = status == 100 || (status > 101 && status < 200);
    if (informational) {
      return;
    }
    if (status < 200 || status > 999) {
      fail(AnswerGuard.unreadable(null));
      return;
    }
    headSeen = true;
    lastActivity = System.nanoTime();
    reusable &= HttpUtil.isKeepAlive(head);
    answer.head(head);
  }

  private void content(HttpContent content, AnswerReceiver answer) {
    boolean last = content instanceof LastHttpContent;
    if (informational || !headSeen) {
      informational &= !last;
      content.release();
      return;
    }
    lastActivity = System.nanoTime();
    if (content.content().isReadable()) {
      answer.part(content.content());
    } else {
      content.release();
    }
    if (last && receiver != null) {
      answer.end();
      whole = true;
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    AnswerReceiver answer = receiver;
    if (answer == null) {
      return;
    }
    if (!whole) {
      if (headSeen) {
        answer.paused();
      } else {
        channel.read();
      }
      return;
    }
    receiver = null;
    if (reusable && sent && decoder.isEmpty() && channel.isActive()) {
      lastActivity = System.nanoTime();
      idle.add(this);
      // So that its end, or what nobody asked for, is seen.
      channel.read();
    } else {
      close();
    }
    answer.paused();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    idle.remove(this);
    if (watch != null) {
      watch.cancel(false);
      watch = null;
    }
    fail(new IOException("the cluster closed the connection"));
  }

  /** The cluster has ended the TLS of the connection, and takes no more requests on it. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslCloseCompletionEvent) {
      reusable = false;
      if (receiver == null) {
        close();
      }
    }
    context.fireUserEventTriggered(event);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(cause);
  }

  private void fail(Throwable cause) {
    AnswerReceiver answer = receiver;
    receiver = null;
    close();
    if (answer != null) {
      if (whole) {
        answer.paused();
      } else {
        answer.failed(cause);
      }
    }
  }

  /** One task for many requests: it looks when it runs whether the time is over. */
  private void watch(long nanos) {
    if (watch == null) {
      watch = channel.eventLoop().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void look() {
    watch = null;
    if (receiver == null || whole) {
      return;
    }
    long left = pauseNanos - idleNanos();
    if (left > 0) {
      watch(left);
    } else {
      fail(ReadTimeoutException.INSTANCE);
    }
  }
}
