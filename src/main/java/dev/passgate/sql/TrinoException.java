package dev.passgate.sql;

/** A cluster did not do its part: it broke off, or sent what is no answer of Trino's. */
public final class TrinoException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final boolean passing;

  TrinoException(String message) {
    this(message, false);
  }

  /**
   * @param passing whether the cluster says that it will do it later
   */
  TrinoException(String message, boolean passing) {
    super(message);
    this.passing = passing;
  }

  /**
   * @param cause what an answer's status is found by
   */
  public TrinoException(String message, Throwable cause) {
    super(message, cause);
    this.passing = false;
  }

  public boolean isPassing() {
    return passing;
  }
}
