package dev.passgate.training;

/** The training run cannot go on; the message is for whoever started it. */
final class TrainingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  TrainingException(String message) {
    super(message);
  }
}
