package dev.passgate.sql.format;

/**
 * A cluster's columns or rows are not of Trino's form, or cannot be written in the form asked for.
 * The message names columns and types, and holds no values.
 */
public final class UnreadableResultException extends RuntimeException {

  private static final long serialVersionUID = 1;

  UnreadableResultException(String message) {
    super(message);
  }
}
