package dev.passgate.proxy.fastpath;

import dev.passgate.cluster.Cluster;
import dev.passgate.failure.ClusterException;
import dev.passgate.protocol.UriTooLongException;
import dev.passgate.proxy.EarlierTry;
import dev.passgate.proxy.PollLogs;
import dev.passgate.proxy.PollMessages;
import dev.passgate.query.QueryEnd;
import dev.passgate.trace.RequestId;
import io.micrometer.core.instrument.Counter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import org.springframework.http.HttpStatus;

/**
 * One poll and its answer, between two connections of one event loop, to which it is confined. As
 * long as nothing of an answer has left, whatever goes wrong is left to the filters, which try
 * again where that helps, and say what is wrong where it does not: looking twice does no harm.
 * After that the answer is cut, so that nobody takes a part for the whole.
 */
final class PollExchange implements AnswerReceiver {

  private static final Logger log = LoggerFactory.getLogger(PollExchange.class);

  /** nginx's number for a client that went away before the answer; never sent. */
  private static final int CLIENT_WENT_AWAY = 499;

  private final ChannelHandlerContext client;
  private final Poll poll;
  private final FastPath path;
  private final PollHandler handler;
  private final long start = System.nanoTime();
  private final Counter bytes;

  private @Nullable FullHttpRequest request;
  private @Nullable ClusterConnection connection;

  /** The head of the answer, as long as it has not left. */
  private @Nullable HttpResponse head;

  private PollMessages.@Nullable Page page;
  private @Nullable QueryEnd queryEnd;
  private final long number;
  private int status;
  private boolean begun;
  private boolean ended;
  private boolean over;
  private boolean waiting;

  /**
   * @param number which of the connection's polls it is
   */
  PollExchange(
      ChannelHandlerContext client, Poll poll, FastPath path, PollHandler handler, long number) {
    this.number = number;
    this.client = client;
    this.poll = poll;
    this.path = path;
    this.handler = handler;
    this.bytes = path.metrics().responseBytes(poll.cluster().name());
    path.begun();
  }

  void start() {
    try {
      request = request();
    } catch (RuntimeException e) {
      log.debug("a poll is left to the filters", e);
      leave();
      return;
    }
    EventLoop loop = client.channel().eventLoop();
    ClusterConnection idle = poll.connections().idle(loop);
    if (idle != null) {
      send(idle);
      return;
    }
    Future<ClusterConnection> made = poll.connections().connect(loop);
    if (made == null) {
      leave();
    } else {
      var _ = made.addListener(_ -> connected(made));
    }
  }

  private void connected(Future<ClusterConnection> made) {
    if (over) {
      if (made.isSuccess()) {
        made.getNow().close();
      }
    } else if (made.isSuccess()) {
      send(made.getNow());
    } else {
      leave();
    }
  }

  private void send(ClusterConnection to) {
    connection = to;
    to.send(Objects.requireNonNull(request), this);
  }

  private FullHttpRequest request() {
    HttpHeaders headers = new DefaultHttpHeaders();
    path.messages().request(poll.request().headers(), poll.decision(), poll.cluster(), headers);
    headers.set(HttpHeaderNames.HOST, poll.connections().target().authority());
    return new DefaultFullHttpRequest(
        HttpVersion.HTTP_1_1,
        HttpMethod.GET,
        poll.target(),
        Unpooled.EMPTY_BUFFER,
        headers,
        EmptyHttpHeaders.INSTANCE);
  }

  @Override
  public void head(HttpResponse answer) {
    Cluster cluster = poll.cluster();
    path.seen(cluster);
    List<String> refused = path.messages().refusedAuthorizations(answer.headers(), poll.identity());
    if (!refused.isEmpty()) {
      new EarlierTry(poll.request().uri(), refused).note(client.channel());
      abandon();
      leave();
      return;
    }
    int code = answer.status().code();
    Boolean rewritten =
        path.messages()
            .answer(answer.headers(), code, cluster, poll.external(), poll.owner(), poll.path());
    if (rewritten == null) {
      abandon();
      leave();
      return;
    }
    status = code;
    queryEnd = path.messages().answered(poll.query(), cluster, code, poll.identity());
    if (code >= 400) {
      answer.headers().set(RequestId.HEADER, requestId());
    }
    if (rewritten) {
      page =
          path.messages()
              .page(
                  cluster,
                  poll.external(),
                  poll.owner(),
                  new NettyDataBufferFactory(client.alloc()));
    }
    head =
        new DefaultHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(code), answer.headers());
  }

  @Override
  public void part(ByteBuf part) {
    bytes.increment(part.readableBytes());
    if (page == null) {
      write(part);
      return;
    }
    try {
      write(page.rewriter().next(new NettyDataBufferFactory(client.alloc()).wrap(part)));
    } catch (UriTooLongException e) {
      abandon();
      failed(
          new ClusterException(
              HttpStatus.BAD_GATEWAY,
              "the Trino cluster sent an address that is too long: " + e.field()));
    }
  }

  private void write(@Nullable DataBuffer part) {
    if (part != null) {
      write(NettyDataBufferFactory.toByteBuf(part));
    }
  }

  private void write(ByteBuf part) {
    writeHead();
    var _ = client.write(new DefaultHttpContent(part));
  }

  private void writeHead() {
    HttpResponse answer = head;
    if (answer != null) {
      head = null;
      begun = true;
      var _ = client.write(answer);
    }
  }

  @Override
  public void end() {
    if (page != null) {
      write(page.rewriter().last());
      QueryEnd told =
          path.messages().read(page, poll.query(), poll.cluster(), status, poll.identity());
      queryEnd = told == null ? queryEnd : told;
    }
    writeHead();
    ended = true;
    ChannelFuture last = client.write(LastHttpContent.EMPTY_LAST_CONTENT);
    var _ = last.addListener(_ -> written(last));
  }

  private void written(ChannelFuture last) {
    if (!over) {
      if (last.isSuccess()) {
        finish(status);
        handler.answered(client);
      } else {
        var _ = client.close();
      }
    }
  }

  @Override
  public void paused() {
    client.flush();
    if (!ended && connection != null) {
      waiting = !client.channel().isWritable();
      if (!waiting) {
        connection.read();
      }
    }
  }

  void writabilityChanged() {
    if (waiting && connection != null && client.channel().isWritable()) {
      waiting = false;
      connection.read();
    }
  }

  @Override
  public void failed(Throwable cause) {
    connection = null;
    if (over) {
      return;
    }
    if (begun) {
      log.atWarn()
          .addKeyValue("requestId", requestId())
          .log("an answer is cut after it was begun: {}", cause.toString());
      finish(status);
      var _ = client.close();
    } else if (cause instanceof ReadTimeoutException) {
      refuse(HttpResponseStatus.GATEWAY_TIMEOUT, cause);
    } else if (cause instanceof ClusterException exception) {
      refuse(HttpResponseStatus.valueOf(exception.status().value()), cause);
    } else {
      new EarlierTry(poll.request().uri(), List.of()).note(client.channel());
      leave();
    }
  }

  /** Nobody is asked again who was silent for so long, or said what cannot be passed on. */
  private void refuse(HttpResponseStatus failure, Throwable cause) {
    String detail = String.valueOf(path.words(cause));
    log.atWarn()
        .addKeyValue("status", failure.code())
        .addKeyValue("requestId", requestId())
        .log("{}: {}", detail, cause.toString());
    status = failure.code();
    String id = requestId();
    ByteBuf body = ByteBufUtil.writeUtf8(client.alloc(), RequestId.added(detail, id) + "\n");
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(RequestId.HEADER, id);
    headers.set(HttpHeaderNames.RETRY_AFTER, "1");
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    headers.set(HttpHeaderNames.CONTENT_TYPE, "text/plain;charset=" + StandardCharsets.UTF_8);
    headers.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    begun = true;
    ended = true;
    ChannelFuture last =
        client.writeAndFlush(
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, failure, body, headers, EmptyHttpHeaders.INSTANCE));
    var _ = last.addListener(_ -> written(last));
  }

  private String requestId() {
    return path.logs().requestId(client.channel(), poll.request().headers(), number);
  }

  private void leave() {
    over = true;
    path.ended(false);
    handler.leave(client, poll.request());
  }

  /** The client's connection has ended. */
  void clientLeft() {
    if (!over) {
      abandon();
      finish(CLIENT_WENT_AWAY);
    }
  }

  private void abandon() {
    ClusterConnection used = connection;
    connection = null;
    if (used != null && !ended) {
      used.abandon();
    }
  }

  private void finish(int code) {
    over = true;
    path.ended(true);
    path.gate().accepted(poll.decision());
    long nanos = System.nanoTime() - start;
    path.metrics().ended(poll.route(), poll.cluster().name(), code, nanos);
    if (path.logs().areWritten(queryEnd)) {
      path.logs().write(client.channel(), answered(code, nanos), queryEnd);
    }
  }

  private PollLogs.Answered answered(int code, long nanos) {
    return new PollLogs.Answered(
        requestId(),
        poll.request(),
        poll.path(),
        poll.decision(),
        poll.identity(),
        poll.route(),
        poll.cluster().name(),
        poll.query(),
        code,
        nanos);
  }
}
