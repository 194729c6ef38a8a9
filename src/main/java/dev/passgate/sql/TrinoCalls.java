package dev.passgate.sql;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The cluster that a statement runs on, for the one who runs it. */
public interface TrinoCalls {

  /**
   * An answer whose body is yet to be read; it must be read or cancelled.
   *
   * @param body its bytes as they come; arrays are the reader's
   * @param retryAfterSeconds what {@code Retry-After} asks for; null where it does not
   */
  record Answer(int status, @Nullable Integer retryAfterSeconds, Flux<byte[]> body) {}

  /** Posts a statement; headers are beside those that say who asks. */
  Mono<Answer> post(String statement, Map<String, String> headers);

  /**
   * Gets a page.
   *
   * @param uri as the cluster gave it; what host it names does not count
   */
  Mono<Answer> get(String uri);

  /** Cancels a query; ends when the cluster has answered, whatever it said. */
  Mono<Void> delete(String uri);
}
