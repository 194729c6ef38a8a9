package dev.passgate.identity.issuer;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Where an issuer's keys come from. */
@FunctionalInterface
interface KeySource {

  /** Asks for the keys as they are now, each time it is subscribed to. */
  Mono<KeySet> fetch();

  /** The introspection endpoint of the same issuer, as far as it was found on the way. */
  default @Nullable URI introspectionUri() {
    return null;
  }

  /** The token endpoint of the same issuer, as far as it was found on the way. */
  default @Nullable URI tokenUri() {
    return null;
  }

  /** Whether the issuer has yet to say what its endpoints are. */
  default boolean isDiscoveryAwaited() {
    return false;
  }
}
