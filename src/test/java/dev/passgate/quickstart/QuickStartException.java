package dev.passgate.quickstart;

/** Something that the person at the terminal can change; the message is all they need. */
public final class QuickStartException extends RuntimeException {

  private static final long serialVersionUID = 1;

  QuickStartException(String message) {
    super(message);
  }
}
