package dev.passgate.sql;

/** The caller would not be let in any more, as with a credential that has ended. */
public final class AccessEndedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * @param message for the caller
   */
  public AccessEndedException(String message, Throwable cause) {
    super(message, cause);
  }
}
