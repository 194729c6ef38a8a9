package dev.passgate.sql;

import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The cluster that a statement runs on, for the one who runs it. Where it cannot be reached, or
 * breaks off, that is a {@link TrinoException}.
 */
public interface TrinoCalls {

  /**
   * An answer whose body is yet to be read; it must be read or cancelled.
   *
   * @param body its bytes as they come; arrays are the reader's
   */
  record Answer(int status, Flux<byte[]> body) {}

  /** Posts a statement; headers are beside those that say who asks. */
  Mono<Answer> post(String statement, Map<String, String> headers);

  /**
   * Gets a page. Fails with an {@link AccessEndedException} where the caller may have no more.
   *
   * @param uri as the cluster gave it; what host it names does not count
   */
  Mono<Answer> get(String uri);

  /** Cancels a query; ends when the cluster has answered, whatever it said. */
  Mono<Void> delete(String uri);
}
