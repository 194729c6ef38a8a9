package dev.passgate.command;

import dev.passgate.command.envoy.ImportEnvoy;
import dev.passgate.training.Training;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the program was called with: a command, {@code serve} where there is none, and its
 * arguments.
 */
public final class CommandLine {

  /** The exit status of a program that was called wrongly. */
  private static final int MISUSED = 2;

  private static final String SERVE = "serve";
  private static final Set<String> HELP_OPTIONS = Set.of("--help", "-h");
  private static final Set<String> HELP = Set.of("--help", "-h", "help");

  /** Options of Spring Boot's without a dot; no other setting is without one. */
  private static final Set<String> DOTLESS = Set.of("debug", "trace");

  private static final String USAGE =
      """
      usage: passgate [COMMAND] [ARGUMENT ...]

        serve [--KEY=VALUE ...]          serves; also without a command
        check-config [--KEY=VALUE ...]   tells all mistakes of the configuration, and starts nothing
        explain-token [OPTION ...]       tells why a token gets in or does not
        import-envoy FILE                writes an application.yml from a configuration of Envoy
        train --output=FILE              makes the JVM's AOT cache for a faster start
        --help                           this
        --version                        the version

      COMMAND --help tells more of a command.
      KEY=VALUE are settings, over those of the files:
        --spring.config.additional-location=file:/etc/passgate/ --passgate.tls.port=8443
      Exit status 2: the command line is wrong.
      """;

  /** What each command says of itself. */
  private static final Map<String, String> COMMANDS =
      Map.of(
          SERVE,
          USAGE,
          CheckConfig.NAME,
          CheckConfig.USAGE,
          ExplainToken.NAME,
          ExplainToken.USAGE,
          ImportEnvoy.NAME,
          ImportEnvoy.USAGE,
          Training.NAME,
          Training.USAGE);

  private final String command;
  private final List<String> arguments;

  private CommandLine(String command, List<String> arguments) {
    this.command = command;
    this.arguments = List.copyOf(arguments);
  }

  public static CommandLine of(String... arguments) {
    List<String> all = List.of(arguments);
    if (all.isEmpty()) {
      return new CommandLine(SERVE, all);
    }
    String first = all.getFirst();
    boolean setting = first.startsWith("--") && !HELP.contains(first) && !first.equals("--version");
    return setting
        ? new CommandLine(SERVE, all)
        : new CommandLine(first, all.subList(1, all.size()));
  }

  /** Whether the gateway is to serve, with arguments that are settings, all of them. */
  public boolean serves() {
    return command.equals(SERVE) && misused() == null;
  }

  /** What comes after the command. */
  public String[] arguments() {
    return arguments.toArray(String[]::new);
  }

  /**
   * Runs a command other than to serve. Blocks.
   *
   * @param application the application whose configuration is used
   * @param in the standard input
   * @param out the standard output
   * @param err the standard error
   * @return the exit status
   */
  public int run(Class<?> application, InputStream in, PrintStream out, PrintStream err) {
    if (HELP.contains(command)) {
      out.print(USAGE);
      return 0;
    }
    if (COMMANDS.containsKey(command) && !Collections.disjoint(arguments, HELP_OPTIONS)) {
      out.print(COMMANDS.get(command));
      return 0;
    }
    return switch (command) {
      case "--version" -> {
        out.println(version());
        yield 0;
      }
      case CheckConfig.NAME -> {
        String misused = misused();
        yield misused == null
            ? new CheckConfig(application, out, err).run(arguments)
            : misused(misused, err);
      }
      case ExplainToken.NAME -> new ExplainToken(application, in, out, err).run(arguments).code();
      case ImportEnvoy.NAME -> new ImportEnvoy(out, err).run(arguments);
      case Training.NAME -> new Training(out, err).run(arguments);
      case SERVE -> misused(Objects.requireNonNull(misused()), err);
      default ->
          misused("there is no command '" + command + "'; --help shows which there are", err);
    };
  }

  /** What is wrong with arguments that are to be settings; null if nothing is. */
  private @Nullable String misused() {
    for (String argument : arguments) {
      String name = argument.split("=", 2)[0];
      if (!name.startsWith("--") || (!name.contains(".") && !DOTLESS.contains(name.substring(2)))) {
        return "'" + name + "' is no setting: --KEY=VALUE; --help shows more";
      }
    }
    return null;
  }

  private static int misused(String what, PrintStream err) {
    err.println(what);
    return MISUSED;
  }

  private static String version() {
    return "passgate "
        + Objects.requireNonNullElse(
            CommandLine.class.getPackage().getImplementationVersion(), "unknown")
        + ", Java "
        + Runtime.version();
  }
}
