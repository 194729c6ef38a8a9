package dev.passgate.command.envoy;

import java.io.PrintStream;
import java.util.List;

public final class ImportEnvoy {
  public static final String NAME = "import-envoy";
  private final PrintStream out;
  private final PrintStream err;

  public ImportEnvoy(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  public int run(List<String> arguments) {
    err.println(arguments);
    out.println();
    return 1;
  }
}
