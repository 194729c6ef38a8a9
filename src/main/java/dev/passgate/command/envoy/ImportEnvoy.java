package dev.passgate.command.envoy;

import java.io.PrintStream;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code import-envoy}: writes a configuration of Passgate from one of Envoy, and says what has no
 * equivalent in it, as a comment and on the standard error.
 */
public final class ImportEnvoy {

  public static final String NAME = "import-envoy";

  private static final int UNREADABLE = 1;
  private static final int MISUSED = 2;
  private static final int INCOMPLETE = 3;

  /** How it is called. */
  public static final String USAGE =
      """
      usage: import-envoy FILE
      Writes an application.yml to the standard output, from a configuration of Envoy in YAML or
      JSON. Exit status: 0 complete, 3 something has no equivalent, 1 FILE cannot be read.
      """;

  private final PrintStream out;
  private final PrintStream err;

  /**
   * Reads nothing yet.
   *
   * @param out where the configuration goes
   * @param err where it is told what has no equivalent
   */
  public ImportEnvoy(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs it, and returns the exit status. */
  public int run(List<String> arguments) {
    if (arguments.size() != 1 || arguments.getFirst().startsWith("-")) {
      err.print(USAGE);
      return MISUSED;
    }
    try {
      Conversion.Result result = Conversion.of(EnvoyFile.read(Path.of(arguments.getFirst())));
      out.print(result.yaml());
      result.missing().forEach(line -> err.println("no equivalent: " + line));
      return result.missing().isEmpty() ? 0 : INCOMPLETE;
    } catch (UnreadableEnvoy | InvalidPathException e) {
      err.println(e.getMessage());
      return UNREADABLE;
    }
  }
}
