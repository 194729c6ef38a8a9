package dev.passgate.failure;

import java.time.Duration;
import org.springframework.http.HttpStatus;

/** A cluster that did not do its part; a later try may succeed. */
public final class ClusterException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final HttpStatus status;
  private final Duration retryAfter;

  /**
   * @param status 502, 503 or 504
   * @param detail one line for a person; names no address
   * @param retryAfter when to try again
   */
  public ClusterException(HttpStatus status, String detail, Duration retryAfter) {
    super(detail, null, false, false);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  HttpStatus status() {
    return status;
  }

  Duration retryAfter() {
    return retryAfter;
  }
}
