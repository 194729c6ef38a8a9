package dev.passgate.command.envoy;

/** The file is no configuration of Envoy that can be read; the message says why. */
final class UnreadableEnvoy extends RuntimeException {

  private static final long serialVersionUID = 1;

  UnreadableEnvoy(String message) {
    super(message, null, false, false);
  }
}
