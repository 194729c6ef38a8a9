package dev.passgate.proxy;

import java.util.Locale;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClientRequest;

/**
 * Writes a request, and forgets what it had of it when told so. A pool of connections keeps the
 * client that it was made with, and so its headers and whatever writes that one request, as long as
 * there is the pool: somebody's credential or statement, otherwise.
 */
final class RequestSender implements BiFunction<HttpClientRequest, NettyOutbound, Publisher<Void>> {

  /** What Reactor Netty decides of before the sender is asked; nobody's secret. */
  private static final Set<String> KEPT =
      Set.of(
          HttpHeaders.ACCEPT.toLowerCase(Locale.ROOT),
          HttpHeaders.CONTENT_LENGTH.toLowerCase(Locale.ROOT),
          HttpHeaders.HOST.toLowerCase(Locale.ROOT),
          HttpHeaders.TRANSFER_ENCODING.toLowerCase(Locale.ROOT),
          HttpHeaders.USER_AGENT.toLowerCase(Locale.ROOT));

  private volatile @Nullable HttpHeaders headers;
  private volatile @Nullable Function<NettyOutbound, Publisher<Void>> writing;

  /**
   * @param headers all of the request
   * @param writing writes its body
   */
  RequestSender(HttpHeaders headers, Function<NettyOutbound, Publisher<Void>> writing) {
    this.headers = headers;
    this.writing = writing;
  }

  /** Writes the headers that the client itself has to have, and may keep. */
  void writeKept(io.netty.handler.codec.http.HttpHeaders target) {
    write(target, true);
  }

  private void write(io.netty.handler.codec.http.HttpHeaders target, boolean kept) {
    HttpHeaders known = headers;
    if (known != null) {
      known.forEach(
          (name, values) -> {
            if (KEPT.contains(name.toLowerCase(Locale.ROOT)) == kept) {
              target.set(name, values);
            }
          });
    }
  }

  @Override
  public Publisher<Void> apply(HttpClientRequest request, NettyOutbound outbound) {
    Function<NettyOutbound, Publisher<Void>> known = writing;
    if (known == null) {
      return Mono.error(new IllegalStateException("the request has ended"));
    }
    write(request.requestHeaders(), false);
    return known.apply(outbound);
  }

  void forget() {
    headers = null;
    writing = null;
  }
}
