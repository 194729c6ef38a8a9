package dev.passgate.sql;

/** A cluster did not do its part: it broke off, or sent what is no answer of Trino's. */
public final class TrinoException extends RuntimeException {

  private static final long serialVersionUID = 1;

  TrinoException(String message) {
    super(message);
  }

  public TrinoException(String message, Throwable cause) {
    super(message, cause);
  }
}
