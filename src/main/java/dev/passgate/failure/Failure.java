package dev.passgate.failure;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;

/**
 * What a client is told.
 *
 * @param status the answer's status
 * @param detail one line for a person
 * @param challenge the value of {@code WWW-Authenticate} (RFC 6750, section 3)
 * @param retryAfter the value of {@code Retry-After}, rounded up to whole seconds
 * @param members what a problem's details say beside that (RFC 9457, section 3.2)
 */
record Failure(
    HttpStatusCode status,
    String detail,
    @Nullable String challenge,
    @Nullable Duration retryAfter,
    Map<String, Object> members) {

  static final String QUERY_ID = "queryId";

  Failure(
      HttpStatusCode status,
      String detail,
      @Nullable String challenge,
      @Nullable Duration retryAfter) {
    this(status, detail, challenge, retryAfter, Map.of());
  }

  static Failure of(HttpStatusCode status, String detail) {
    return new Failure(status, detail, null, null);
  }

  static Failure passing(HttpStatusCode status, String detail, Duration retryAfter) {
    return new Failure(status, detail, null, retryAfter);
  }

  /** Whether a statement failed, and not the request that brought it. */
  boolean isOfStatement() {
    return !members.isEmpty();
  }
}
