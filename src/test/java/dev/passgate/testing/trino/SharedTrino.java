package dev.passgate.testing.trino;

/** One Trino for all tests of a JVM that are content with the standard setup. */
public final class SharedTrino {

  private SharedTrino() {}

  /** The Trino, started the first time; it ends with the JVM. Do not close it. */
  public static TrinoInstance get() {
    return Holder.TRINO;
  }

  private static final class Holder {
    static final TrinoInstance TRINO = TrinoInstance.start(TrinoSetup.standard());
  }
}
