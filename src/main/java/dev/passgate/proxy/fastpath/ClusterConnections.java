package dev.passgate.proxy.fastpath;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;

/**
 * The connections to one coordinator, one set for each event loop: a poll is sent from the event
 * loop that its client is served on. Thread-safe.
 */
final class ClusterConnections implements AutoCloseable {

  /**
   * Bounds of connections.
   *
   * @param max beyond how many to one coordinator none is made
   * @param connectTime how long it may take to make one, and for its TLS handshake again
   * @param pause how long a cluster may be silent while an answer is due
   * @param idleTime how long one is kept that nobody uses
   * @param maxHeaderSize of the head of an answer, in bytes
   */
  record Limits(
      int max, Duration connectTime, Duration pause, Duration idleTime, int maxHeaderSize) {}

  private static final int MAX_INITIAL_LINE = 4096;

  /** No less than one read brings, so that nothing of it is cut into pieces. */
  private static final int MAX_PART = 128 * 1024;

  private final ClusterTarget target;
  private final Limits limits;
  private final LoopResources loops;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<EventLoop, IdleConnections> idle = new ConcurrentHashMap<>();
  private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  ClusterConnections(ClusterTarget target, Limits limits, LoopResources loops) {
    this.target = target;
    this.limits = limits;
    this.loops = loops;
  }

  ClusterTarget target() {
    return target;
  }

  /** One that waits for a request; null where there is none. To be called on the event loop. */
  @Nullable ClusterConnection idle(EventLoop loop) {
    return idleOf(loop).take();
  }

  /**
   * Makes a connection on an event loop.
   *
   * @return null where there are too many already
   */
  @Nullable Future<ClusterConnection> connect(EventLoop loop) {
    if (open.get() >= limits.max()) {
      return null;
    }
    Promise<ClusterConnection> made = loop.newPromise();
    ChannelFuture connected =
        new Bootstrap()
            .group(loop)
            .channel(loops.onChannelClass(SocketChannel.class, loop))
            .resolver(target.resolver())
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.connectTime().toMillis())
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    prepare(channel, idleOf(loop));
                  }
                })
            .connect(target.address());
    var _ = connected.addListener(_ -> connected(connected, made));
    return made;
  }

  private IdleConnections idleOf(EventLoop loop) {
    return idle.computeIfAbsent(loop, own -> new IdleConnections(own, limits.idleTime().toNanos()));
  }

  private void prepare(Channel channel, IdleConnections waiting) {
    open.incrementAndGet();
    var _ = channel.closeFuture().addListener(_ -> open.decrementAndGet());
    channels.add(channel);
    SslProvider tls = target.tls();
    if (tls != null) {
      SslHandler handler =
          tls.getSslContext().newHandler(channel.alloc(), target.host(), target.port());
      tls.configure(handler);
      handler.setHandshakeTimeoutMillis(limits.connectTime().toMillis());
      channel.pipeline().addLast(handler);
    }
    AnswerDecoder decoder =
        new AnswerDecoder(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_INITIAL_LINE)
                .setMaxHeaderSize(limits.maxHeaderSize())
                .setMaxChunkSize(MAX_PART));
    channel
        .pipeline()
        .addLast(decoder)
        .addLast(new HttpRequestEncoder())
        .addLast(new ClusterConnection(channel, decoder, waiting, limits.pause().toNanos()));
  }

  private static void connected(ChannelFuture connected, Promise<ClusterConnection> made) {
    if (!connected.isSuccess()) {
      made.setFailure(connected.cause());
      return;
    }
    Channel channel = connected.channel();
    ClusterConnection connection = channel.pipeline().get(ClusterConnection.class);
    SslHandler tls = channel.pipeline().get(SslHandler.class);
    if (tls == null) {
      made.setSuccess(connection);
      return;
    }
    var _ =
        tls.handshakeFuture()
            .addListener(
                shaken -> {
                  if (shaken.isSuccess()) {
                    made.setSuccess(connection);
                  } else {
                    connection.close();
                    made.setFailure(shaken.cause());
                  }
                });
  }

  /** Ends all of them, also those that are in use. */
  @Override
  public void close() {
    var _ = channels.close();
  }

  @Override
  public String toString() {
    return "ClusterConnections[" + target.authority() + ", " + open + " open]";
  }

  /** How many are open. */
  int open() {
    return open.get();
  }
}
