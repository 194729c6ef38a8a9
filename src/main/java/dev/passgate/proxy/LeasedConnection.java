package dev.passgate.proxy;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import reactor.netty.Connection;
import reactor.netty.NettyInbound;
import reactor.netty.NettyOutbound;

/**
 * A connection to a cluster while it brings one answer.
 *
 * <p>Reactor Netty's own may close a connection that was given back: {@code
 * ChannelOperations.dispose} looks whether it still has the connection, and closes it, in two
 * steps, and between them the connection's event loop may have read the end of the answer, returned
 * the connection to the pool, and begun somebody else's request on it. A client that leaves as soon
 * as it has its answer has just that happen. Here it is done on the event loop, where no answer
 * ends in between.
 */
final class LeasedConnection implements Connection {

  private final Connection connection;
  private final Channel channel;
  private final EventLoop loop;

  /** Made on the event loop of the connection, before the end of the answer. */
  LeasedConnection(Connection connection) {
    this.connection = connection;
    this.channel = connection.channel();
    this.loop = channel.eventLoop();
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public NettyInbound inbound() {
    return connection.inbound();
  }

  @Override
  public NettyOutbound outbound() {
    return connection.outbound();
  }

  /** Closes the connection if the answer is not whole; never at once, so never amid its end. */
  @Override
  public void dispose() {
    loop.execute(connection::dispose);
  }
}
