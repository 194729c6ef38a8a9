package dev.passgate.failure;

import org.springframework.http.HttpStatus;

/** A request that cannot be served, with the sentence that its sender reads. */
public final class RequestException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final HttpStatus status;

  /**
   * @param status what to answer
   * @param detail one line for a person; quotes nothing of the request but its path
   */
  public RequestException(HttpStatus status, String detail) {
    super(detail, null, false, false);
    this.status = status;
  }

  HttpStatus status() {
    return status;
  }
}
