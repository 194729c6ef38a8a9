package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.limit.ConnectionLimitProperties;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {

  private static final class From extends EmbeddedChannel {

    private final InetSocketAddress peer;

    From(String address) {
      super(false, false);
      this.peer = new InetSocketAddress(InetAddress.ofLiteral(address), 1234);
    }

    @Override
    protected SocketAddress remoteAddress0() {
      return peer;
    }
  }

  private static ConnectionLimit limit(int connections, @Nullable Integer perAddress) {
    return new ConnectionLimit(
        new ConnectionLimitProperties(connections, perAddress),
        TestAddresses.of(null, "10.0.0.0/8"));
  }

  private static EmbeddedChannel open(ConnectionLimit limit, String address) throws Exception {
    EmbeddedChannel channel = new From(address);
    limit.watch(channel);
    channel.register();
    return channel;
  }

  private static void assertRefused(EmbeddedChannel channel, String key) {
    ByteBuf answer = channel.readOutbound();
    assertThat(answer.toString(StandardCharsets.US_ASCII))
        .startsWith("HTTP/1.1 503 ")
        .endsWith("(passgate.limits." + key + ") (request embedded)\n");
    answer.release();
    assertThat(channel.isOpen()).isFalse();
  }

  @Test
  void countsWhatIsOpen() throws Exception {
    ConnectionLimit limit = limit(2, null);
    EmbeddedChannel first = open(limit, "192.0.2.1");
    assertThat(open(limit, "192.0.2.2").isOpen()).isTrue();
    assertRefused(open(limit, "192.0.2.3"), "connections");
    assertThat(limit.open()).isEqualTo(2);

    var _ = first.close();
    assertThat(limit.open()).isEqualTo(1);
    assertThat(open(limit, "192.0.2.3").isOpen()).isTrue();
  }

  @Test
  void countsANetworkOfIpVersionSixAsOneAddress() throws Exception {
    ConnectionLimit limit = limit(100, 1);
    EmbeddedChannel first = open(limit, "2001:db8:0:1::1");
    assertRefused(open(limit, "2001:db8:0:1:ffff::2"), "connections-per-address");
    assertThat(open(limit, "2001:db8:0:2::1").isOpen()).isTrue();
    assertThat(limit.open()).isEqualTo(2);

    var _ = first.close();
    assertThat(limit.networks()).isEqualTo(1);
    assertThat(open(limit, "2001:db8:0:1:ffff::2").isOpen()).isTrue();
  }

  @Test
  void doesNotCountTrustedProxiesByAddress() throws Exception {
    ConnectionLimit limit = limit(3, 1);
    for (int i = 0; i < 3; i++) {
      assertThat(open(limit, "10.1.2.3").isOpen()).isTrue();
    }
    assertRefused(open(limit, "10.1.2.3"), "connections");
    assertThat(limit.networks()).isZero();
  }
}
