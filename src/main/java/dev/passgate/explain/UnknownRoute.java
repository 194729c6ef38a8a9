package dev.passgate.explain;

/** A route that is to be explained, and that there is not. The message says which there are. */
public final class UnknownRoute extends RuntimeException {

  private static final long serialVersionUID = 1;

  UnknownRoute(String message) {
    super(message, null, false, false);
  }
}
