package dev.passgate.proxy;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClientRequest;

/**
 * Writes a request, and forgets what it had of it when told so. A pool of connections keeps the
 * client that it was made with, and so whatever writes that one request, as long as there is the
 * pool: somebody's credential or statement, otherwise.
 */
final class RequestSender implements BiFunction<HttpClientRequest, NettyOutbound, Publisher<Void>> {

  private volatile @Nullable Function<NettyOutbound, Publisher<Void>> writing;

  RequestSender(Function<NettyOutbound, Publisher<Void>> writing) {
    this.writing = writing;
  }

  @Override
  public Publisher<Void> apply(HttpClientRequest request, NettyOutbound outbound) {
    Function<NettyOutbound, Publisher<Void>> known = writing;
    return known == null
        ? Mono.error(new IllegalStateException("the request has ended"))
        : known.apply(outbound);
  }

  void forget() {
    writing = null;
  }
}
