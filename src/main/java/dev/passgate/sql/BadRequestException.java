package dev.passgate.sql;

/** A request that cannot be run as it is; the message says to its sender what is wrong with it. */
public final class BadRequestException extends RuntimeException {

  private static final long serialVersionUID = 1;

  BadRequestException(String message) {
    super(message);
  }
}
