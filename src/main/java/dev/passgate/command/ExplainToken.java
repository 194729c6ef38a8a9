package dev.passgate.command;

import dev.passgate.explain.Explainer;
import dev.passgate.explain.Explanation;
import dev.passgate.explain.UnknownRoute;
import dev.passgate.setting.Mistakes;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code explain-token}: tells what a gateway of this configuration makes of a token, without
 * serving anything. The token comes from a file or from the standard input, since everybody on a
 * machine can read the arguments of a program.
 */
public final class ExplainToken {

  public static final String NAME = "explain-token";

  /** How it ended, for the program's exit status. */
  public enum Status {
    ACCEPTED(0),
    REFUSED(1),
    FAILED(2);

    private final int code;

    Status(int code) {
      this.code = code;
    }

    public int code() {
      return code;
    }
  }

  private static final String TOKEN_FILE = "--token-file=";
  private static final String ROUTE = "--route=";
  private static final String HEADER = "--header=";
  private static final String STATEMENT = "--statement=";
  private static final int MAX_TOKEN_LENGTH = 2 * 1024 * 1024;

  static final String USAGE =
      """
      usage: explain-token [--token-file=FILE] [--route=ID] [--header=NAME:VALUE ...]
                           [--statement=SQL] [--KEY=VALUE ...]
      Explains the token in FILE, or on the standard input, as the gateway would decide on it for a
      request by the route ID, statement by default, with the headers and the statement, which
      routing rules may ask for. KEY=VALUE are settings, as for serving.
      Exit status: 0 accepted, 1 refused, 2 something is wrong with the call or the configuration.
      """;

  private final Class<?> application;
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * @param application the application whose configuration is used
   * @param in where a token comes from that is in no file
   * @param out where the explanation goes, as JSON
   * @param err where it is told what went wrong
   */
  public ExplainToken(Class<?> application, InputStream in, PrintStream out, PrintStream err) {
    this.application = application;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /** Runs it. Blocks. */
  public Status run(List<String> arguments) {
    List<String> settings = new ArrayList<>();
    String route = "statement";
    String statement = null;
    HttpHeaders headers = new HttpHeaders();
    Path file = null;
    for (String argument : arguments) {
      if (!argument.startsWith("--")) {
        err.print(USAGE);
        return Status.FAILED;
      }
      if (argument.startsWith(TOKEN_FILE)) {
        file = Path.of(argument.substring(TOKEN_FILE.length()));
      } else if (argument.startsWith(ROUTE)) {
        route = argument.substring(ROUTE.length());
      } else if (argument.startsWith(STATEMENT)) {
        statement = argument.substring(STATEMENT.length());
      } else if (argument.startsWith(HEADER) && argument.indexOf(':') > HEADER.length()) {
        String[] header = argument.substring(HEADER.length()).split(":", 2);
        headers.add(header[0].strip(), header[1].strip());
      } else if (!argument.split("=", 2)[0].contains(".")) {
        // No setting is without a dot: a misspelt option would otherwise say nothing.
        err.print(USAGE);
        return Status.FAILED;
      } else {
        settings.add(argument);
      }
    }
    String asked = route;
    String sql = statement;
    try {
      String token = token(file);
      if (token.isEmpty()) {
        err.println("there is no token");
        return Status.FAILED;
      }
      return explain(explainer -> explainer.explainToken(token, asked, headers, sql), settings);
    } catch (IOException e) {
      err.println("the token cannot be read: " + e);
      return Status.FAILED;
    }
  }

  private String token(@Nullable Path file) throws IOException {
    try (InputStream source = file == null ? in : Files.newInputStream(file)) {
      return new String(source.readNBytes(MAX_TOKEN_LENGTH), StandardCharsets.ISO_8859_1).strip();
    }
  }

  private Status explain(Function<Explainer, Mono<Explanation>> question, List<String> settings) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(application)
            .web(WebApplicationType.NONE)
            .properties(
                Map.of(
                    "spring.cloud.gateway.server.webflux.enabled", "false",
                    "logging.threshold.console", "OFF"))
            .run(settings.toArray(String[]::new))) {
      Explanation explanation =
          Objects.requireNonNull(question.apply(context.getBean(Explainer.class)).block());
      out.println(
          context
              .getBean(JsonMapper.class)
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(explanation));
      return explanation.outcome().equals(Explanation.ACCEPTED) ? Status.ACCEPTED : Status.REFUSED;
    } catch (UnknownRoute e) {
      err.println(e.getMessage());
      return Status.FAILED;
    } catch (RuntimeException e) {
      Mistakes.of(e).forEach(err::println);
      return Status.FAILED;
    }
  }
}
