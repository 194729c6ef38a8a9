package dev.passgate.testing.trino;

/** Two Trinos for all tests of a JVM that are content with the standard setup. */
public final class SharedTrino {

  private SharedTrino() {}

  /** The Trino, started the first time; it ends with the JVM. Do not close it. */
  public static TrinoInstance get() {
    return First.TRINO;
  }

  /**
   * Another one, for tests that need two, or one that takes forwarded headers. As above; who kills
   * it starts it again.
   */
  public static RestartableTrino second() {
    return Second.TRINO;
  }

  private static final class First {
    static final TrinoInstance TRINO = TrinoInstance.start(TrinoSetup.standard());
  }

  private static final class Second {
    static final RestartableTrino TRINO =
        RestartableTrino.launch(
            TrinoSetup.standard()
                .quickToStart()
                .withProperty("http-server.process-forwarded", "true"));
  }
}
