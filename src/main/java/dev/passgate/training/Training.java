package dev.passgate.training;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * {@code train}: starts the gateway in a JVM of its own with the options of this one, between a
 * stub of Trino and of an identity provider and clients of both, all on loopback, and has that JVM
 * write its AOT cache: the classes as they are linked, and how often and with what each method ran
 * (JEP 483, 514, 515). Nothing of the operator's configuration is read, and no network is needed.
 */
public final class Training {

  public static final String NAME = "train";

  private static final String OUTPUT = "--output=";
  private static final String REQUESTS = "--requests=";
  private static final int DEFAULT_REQUESTS = 60_000;

  /** Where a slow machine stops before it has sent all requests. */
  private static final Duration MAX_TRAFFIC = Duration.ofMinutes(3);

  /** How it is called. */
  public static final String USAGE =
      """
      usage: train --output=FILE [--requests=N]
      Writes an AOT cache for this gateway on this JVM to FILE, from a run with N requests, 60000 by
      default. Give it to the JVM that serves with -XX:AOTCache=FILE.
      """;

  private final PrintStream out;
  private final PrintStream err;

  /**
   * @param out where it is told how the training goes
   * @param err where it is told what went wrong
   */
  public Training(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs it. Blocks, for a minute or so. The program's exit status is 0 where a cache was made. */
  public int run(List<String> arguments) {
    Path output = null;
    int requests = DEFAULT_REQUESTS;
    for (String argument : arguments) {
      if (argument.startsWith(OUTPUT) && argument.length() > OUTPUT.length()) {
        output = Path.of(argument.substring(OUTPUT.length())).toAbsolutePath();
      } else if (argument.matches(REQUESTS + "[1-9][0-9]{0,8}")) {
        requests = Integer.parseInt(argument.substring(REQUESTS.length()));
      } else {
        err.print(USAGE);
        return 2;
      }
    }
    if (output == null) {
      err.print(USAGE);
      return 2;
    }
    try {
      train(output, requests);
      return 0;
    } catch (IOException | GeneralSecurityException | TrainingException e) {
      err.println("no AOT cache was made: " + e.getMessage());
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("no AOT cache was made: interrupted");
      return 1;
    }
  }

  private void train(Path output, int requests)
      throws IOException, GeneralSecurityException, InterruptedException {
    Instant start = Instant.now();
    Path folder = Files.createTempDirectory("passgate-training-");
    // Beside the place where it goes: a gateway that runs has the old one mapped, which is not to
    // change under it.
    Path made = output.resolveSibling(output.getFileName() + ".new");
    // Of a training that was killed.
    Files.deleteIfExists(made);
    try (StubIssuer issuer = StubIssuer.start();
        StubTrino trino = StubTrino.start();
        TrainedGateway gateway = TrainedGateway.start(folder, made, trino, issuer)) {
      out.println("the gateway is ready after " + since(start));
      out.println(send(requests, gateway, issuer) + " requests after " + since(start));
      gateway.end();
      Files.move(made, output, StandardCopyOption.ATOMIC_MOVE);
      out.println(output + " of " + (Files.size(output) >> 20) + " MB after " + since(start));
    } finally {
      Files.deleteIfExists(made);
      Files.deleteIfExists(made.resolveSibling(made.getFileName() + ".config"));
      Folders.delete(folder);
    }
  }

  private static int send(int requests, TrainedGateway gateway, StubIssuer issuer)
      throws IOException, GeneralSecurityException, InterruptedException {
    try {
      return new Traffic(gateway, issuer).send(requests, MAX_TRAFFIC);
    } catch (TrainingException e) {
      throw new TrainingException(e.getMessage() + ".\n" + gateway.lastWords());
    }
  }

  private static String since(Instant start) {
    return Duration.between(start, Instant.now()).toSeconds() + " s";
  }
}
