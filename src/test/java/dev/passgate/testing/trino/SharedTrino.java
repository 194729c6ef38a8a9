package dev.passgate.testing.trino;

/** Trinos for all tests of a JVM. Each is started the first time, and ends with the JVM. */
public final class SharedTrino {

  private SharedTrino() {}

  private static final String RULES =
      """
      {
        "catalogs": [{"allow": "all"}],
        "impersonation": [
          {"original_user": "superset", "new_user": "dave", "allow": false},
          {"original_user": "superset", "new_user": ".*"},
          {"original_user": "alice", "new_user": "bob"},
          {"original_user": "web-ui", "new_user": ".*"}
        ]
      }
      """;

  /** The one with the standard setup. Do not close it. */
  public static TrinoInstance get() {
    return First.TRINO;
  }

  /**
   * Another one, for tests that need two, one that takes forwarded headers, or one whose rules let
   * alice be bob, and superset anybody but dave. As above; who kills it starts it again.
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
                .withProperty("http-server.process-forwarded", "true")
                .withFile("rules.json", RULES));
  }
}
