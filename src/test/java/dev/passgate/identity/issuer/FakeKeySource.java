package dev.passgate.identity.issuer;

import com.nimbusds.jose.jwk.JWK;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An issuer that answers what it is told to, and counts how often it is asked. */
final class FakeKeySource implements KeySource {

  private final AtomicInteger fetches = new AtomicInteger();
  private volatile Mono<KeySet> answer = Mono.error(new ProviderException("down"));

  @Override
  public Mono<KeySet> fetch() {
    fetches.incrementAndGet();
    return answer;
  }

  int fetches() {
    return fetches.get();
  }

  FakeKeySource has(JWK... keys) {
    answer = Mono.just(keySet(keys));
    return this;
  }

  FakeKeySource isDown() {
    answer = Mono.error(new ProviderException("down"));
    return this;
  }

  /** Answers once the sink does. */
  Sinks.One<KeySet> isSlow() {
    Sinks.One<KeySet> sink = Sinks.one();
    answer = sink.asMono();
    return sink;
  }

  static KeySet keySet(JWK... keys) {
    return new KeySet(List.of(keys).stream().map(JWK::toPublicJWK).toList());
  }
}
