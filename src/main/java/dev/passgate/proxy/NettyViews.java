package dev.passgate.proxy;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.support.Netty4HeadersAdapter;

/** What Netty has of a request, as what filters are asked with. Nothing is copied. */
public final class NettyViews {

  private NettyViews() {}

  /** The same headers: a change of one is a change of the other. */
  public static HttpHeaders headers(io.netty.handler.codec.http.HttpHeaders headers) {
    return new HttpHeaders(new Netty4HeadersAdapter(headers));
  }

  /** Who the connection is from; null where it has no address. */
  public static @Nullable InetAddress peer(Channel channel) {
    return channel.remoteAddress() instanceof InetSocketAddress remote ? remote.getAddress() : null;
  }
}
