package dev.passgate.command;

import java.io.PrintStream;
import java.util.List;

/**
 * {@code check-config}: tells all that a start with this configuration would fail of, and starts
 * nothing.
 */
final class CheckConfig {

  static final String NAME = "check-config";

  static final String USAGE =
      """
      usage: check-config [--KEY=VALUE ...]
      Tells all mistakes of the configuration that a gateway started in this folder with these
      settings would have, a line each on the standard error, and starts nothing.
      Exit status: 0 the configuration is right, 1 it is not, 2 the command line is wrong.
      """;

  private static final int WRONG = 1;

  private final Class<?> application;
  private final PrintStream out;
  private final PrintStream err;

  CheckConfig(Class<?> application, PrintStream out, PrintStream err) {
    this.application = application;
    this.out = out;
    this.err = err;
  }

  /**
   * Runs it. Blocks.
   *
   * @return the exit status: 0 where the configuration is right, 1 where it is not
   */
  int run(List<String> settings) {
    List<String> mistakes = new ConfigurationCheck(application).mistakes(settings);
    if (mistakes.isEmpty()) {
      out.println("the configuration is right");
      return 0;
    }
    mistakes.forEach(err::println);
    return WRONG;
  }
}
