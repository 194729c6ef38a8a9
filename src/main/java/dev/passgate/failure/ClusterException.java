package dev.passgate.failure;

import org.springframework.http.HttpStatus;

/** A cluster that did not do its part; a later try may succeed. */
public final class ClusterException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final HttpStatus status;

  /**
   * @param status 502, 503 or 504
   * @param detail one line for a person; names no address
   */
  public ClusterException(HttpStatus status, String detail) {
    super(detail, null, false, false);
    this.status = status;
  }

  public HttpStatus status() {
    return status;
  }
}
