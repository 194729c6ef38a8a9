package dev.passgate.soak;

/** A client was told that it gets no answer. Whether it is right to be told, a fault must say. */
final class Failed extends Exception {

  private static final long serialVersionUID = 1;

  private final int status;

  /**
   * @param status of the answer, 0 where there is none that says it
   */
  Failed(int status, String what) {
    super((status == 0 ? "" : status + " ") + what.strip());
    this.status = status;
  }

  int status() {
    return status;
  }
}
