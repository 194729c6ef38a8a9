package dev.passgate.cluster.health;

import dev.passgate.cluster.Cluster;
import reactor.core.publisher.Mono;

/** Asks a coordinator how it is. */
@FunctionalInterface
public interface CoordinatorProbe {

  /**
   * Asks once, in the name of nobody. Has no time limit of its own, and ends when it is cancelled.
   *
   * @return what it tells, or an error where it cannot be reached or answers otherwise than a
   *     coordinator does; the error's text holds no secret
   */
  Mono<CoordinatorInfo> ask(Cluster cluster);
}
