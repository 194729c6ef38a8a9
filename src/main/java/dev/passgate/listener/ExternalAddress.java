package dev.passgate.listener;

import dev.passgate.protocol.Origin;
import dev.passgate.trace.RequestId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * What clients call the gateway, and who they are on the network. Forwarded headers count only from
 * trusted proxies, and of a list the last entry: the one that the trusted peer itself wrote.
 */
public final class ExternalAddress {

  private final @Nullable Origin fixed;
  private final List<Network> trustedProxies;

  ExternalAddress(AddressProperties properties) {
    this.fixed = properties.externalOrigin();
    this.trustedProxies = properties.trustedProxies().stream().map(Network::parse).toList();
  }

  /** Scheme, host and port that the client of this request calls. */
  public Origin origin(ServerHttpRequest request) {
    return fixed != null
        ? fixed
        : origin(
            Objects.requireNonNullElse(request.getURI().getScheme(), "http"),
            peer(request),
            request.getHeaders());
  }

  /**
   * Scheme, host and port that a client calls.
   *
   * @param connection the scheme of the connection
   * @param peer whose connection it is, null where that is not known
   * @param headers of the request, which have passed {@link RequestForm}
   */
  public Origin origin(String connection, @Nullable InetAddress peer, HttpHeaders headers) {
    if (fixed != null) {
      return fixed;
    }
    String scheme = connection;
    String host = Objects.requireNonNull(headers.getFirst(HttpHeaders.HOST));
    if (peer != null && isTrusted(peer)) {
      Forwarded forwarded = Forwarded.of(headers);
      scheme = Objects.requireNonNullElse(forwarded.proto(), scheme);
      host = Objects.requireNonNullElse(forwarded.host(), host);
    }
    // RequestForm lets in no other host than one that makes an origin.
    return Objects.requireNonNull(origin(scheme, host));
  }

  /**
   * The origin of a scheme and what a {@code Host} header holds, or null where that is not valid.
   */
  static @Nullable Origin origin(String scheme, String authority) {
    if (authority.indexOf('/') >= 0) {
      return null;
    }
    try {
      return Origin.parse(scheme + "://" + authority);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** The address that a request came from, behind trusted proxies; empty where it is not known. */
  public String client(ServerHttpRequest request) {
    return client(peer(request), request.getHeaders());
  }

  /**
   * The address that a request came from.
   *
   * @param peer whose connection it is, null where that is not known
   */
  public String client(@Nullable InetAddress peer, HttpHeaders headers) {
    if (peer == null) {
      return "";
    }
    if (!isTrusted(peer)) {
      return peer.getHostAddress();
    }
    List<String> hops = Forwarded.hops(headers);
    String client = peer.getHostAddress();
    for (int i = hops.size() - 1; i >= 0; i--) {
      InetAddress hop = literal(hops.get(i));
      if (hop == null) {
        return client;
      }
      client = hop.getHostAddress();
      if (!isTrusted(hop)) {
        return client;
      }
    }
    return client;
  }

  /**
   * The id that a trusted proxy has given a request; null where there is none to believe.
   *
   * @param peer whose connection it is, null where that is not known
   */
  public @Nullable String requestId(@Nullable InetAddress peer, HttpHeaders headers) {
    List<String> values = headers.get(RequestId.HEADER);
    return values == null || peer == null || !isTrusted(peer) ? null : RequestId.read(values);
  }

  /** The id that a trusted proxy has given a request; null where there is none to believe. */
  public @Nullable String requestId(ServerHttpRequest request) {
    return requestId(peer(request), request.getHeaders());
  }

  /** Whether an address is a trusted proxy's. */
  boolean isTrusted(InetAddress address) {
    for (Network network : trustedProxies) {
      if (network.contains(address)) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable InetAddress peer(ServerHttpRequest request) {
    InetSocketAddress remote = request.getRemoteAddress();
    return remote == null ? null : remote.getAddress();
  }

  private static @Nullable InetAddress literal(String text) {
    try {
      return Network.address(text);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
