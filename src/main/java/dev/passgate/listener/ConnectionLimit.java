package dev.passgate.listener;

import dev.passgate.count.Counts;
import dev.passgate.count.Seldom;
import dev.passgate.limit.ConnectionLimitProperties;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the connections of clients, over all listeners but the management's, and refuses those
 * that are too many. Trusted proxies have no limit of their own: behind one there are many clients.
 * Thread-safe.
 */
final class ConnectionLimit implements MeterBinder {

  private static final Logger log = LoggerFactory.getLogger(ConnectionLimit.class);

  /** What one subscriber has of IPv6. */
  private static final int IPV6_NETWORK_BYTES = 8;

  private static final String CONNECTIONS = "passgate.limits.connections";
  private static final String PER_ADDRESS = "passgate.limits.connections-per-address";

  private final ConnectionLimitProperties limits;
  private final ExternalAddress address;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong refused = new AtomicLong();
  private final Counts<ByteBuffer> byNetwork = new Counts<>();
  private final Seldom warning = new Seldom(Duration.ofSeconds(10));

  ConnectionLimit(ConnectionLimitProperties limits, ExternalAddress address) {
    this.limits = limits;
    this.address = address;
  }

  /** Counts a new connection until it is closed, or has it refused. Before anything is read. */
  void watch(Channel channel) {
    String exceeded = exceeded(channel);
    if (exceeded == null) {
      return;
    }
    refused.incrementAndGet();
    if (warning.isDue()) {
      log.atWarn()
          .addKeyValue("limit", exceeded)
          .addKeyValue("open", open.get())
          .addKeyValue("refused", refused.get())
          .log("Connections are refused, as there are too many");
    }
    channel.pipeline().addFirst("passgate.refusedConnection", new RefusedConnection(exceeded));
  }

  /** The key of the limit that a connection is over, or null, and then it is counted. */
  private @Nullable String exceeded(Channel channel) {
    if (open.incrementAndGet() > limits.connections()) {
      open.decrementAndGet();
      return CONNECTIONS;
    }
    ByteBuffer network = network(channel);
    if (network != null && !byNetwork.addBelow(network, perNetwork())) {
      open.decrementAndGet();
      return PER_ADDRESS;
    }
    channel.closeFuture().addListener((Future<Void> _) -> closed(network));
    return null;
  }

  private void closed(@Nullable ByteBuffer network) {
    open.decrementAndGet();
    if (network != null) {
      byNetwork.subtract(network);
    }
  }

  private int perNetwork() {
    return Objects.requireNonNull(limits.connectionsPerAddress());
  }

  /** What a connection is counted by, or null where it is only counted with all others. */
  private @Nullable ByteBuffer network(Channel channel) {
    if (limits.connectionsPerAddress() == null
        || !(channel.remoteAddress() instanceof InetSocketAddress remote)) {
      return null;
    }
    InetAddress peer = remote.getAddress();
    if (peer == null || address.isTrusted(peer)) {
      return null;
    }
    byte[] bytes = peer.getAddress();
    return ByteBuffer.wrap(
        peer instanceof Inet6Address ? Arrays.copyOf(bytes, IPV6_NETWORK_BYTES) : bytes);
  }

  /** How many are open. */
  int open() {
    return open.get();
  }

  /** How many addresses have connections that are counted. */
  int networks() {
    return byNetwork.size();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("passgate.connections", open, AtomicInteger::get)
        .description("Connections of clients that are open")
        .register(registry);
    FunctionCounter.builder("passgate.connections.refused", refused, AtomicLong::get)
        .description("Connections of clients that were refused, as there were too many")
        .register(registry);
  }
}
