package dev.passgate.e2e;

import dev.passgate.PassgateApplication;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.process.JavaProcess;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.builder.SpringApplicationBuilder;
import tools.jackson.databind.json.JsonMapper;

/**
 * Starts of the application and checks of its configuration, one after another in a JVM that has
 * its output for them alone.
 */
public final class ApplicationAttempts implements AutoCloseable {

  /**
   * What the JVM runs. A class of the tests must not have such a method: {@code
   * spring-boot:test-run} would not know which one to start.
   */
  private static final String PROGRAM =
      """
      void main(String[] arguments) throws Exception {
        dev.passgate.e2e.ApplicationAttempts.make(Integer.parseInt(arguments[0]));
      }
      """;

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final JavaProcess process;
  private final Socket socket;
  private final BufferedReader answers;
  private final Writer requests;

  /**
   * What is to be tried.
   *
   * @param starts whether the application is started with the arguments, and else its command line
   *     run
   */
  private record Request(boolean starts, List<String> arguments) {}

  /**
   * What came of it.
   *
   * @param run of a start, the status alone
   * @param output what was written beside the streams of a command
   */
  record Attempt(CommandRun run, String output) {

    boolean hasFailed() {
      return run.status() != 0;
    }
  }

  private ApplicationAttempts(JavaProcess process, Socket socket) throws IOException {
    this.process = process;
    this.socket = socket;
    socket.setSoTimeout((int) LIMIT.toMillis());
    answers = reader(socket);
    requests = writer(socket);
  }

  private static BufferedReader reader(Socket socket) throws IOException {
    return new BufferedReader(
        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
  }

  private static Writer writer(Socket socket) throws IOException {
    return new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
  }

  /** Starts the JVM. */
  static ApplicationAttempts begin() {
    Path folder = TemporaryFolder.create("attempts");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout((int) LIMIT.toMillis());
      JavaProcess process =
          JavaProcess.named("attempts")
              .option("--enable-native-access=ALL-UNNAMED")
              .option("-XX:TieredStopAtLevel=1")
              .main(
                  System.getProperty("java.class.path"),
                  Files.writeString(folder.resolve("Attempts.java"), PROGRAM).toString(),
                  Integer.toString(server.getLocalPort()))
              .start(folder);
      return new ApplicationAttempts(process, server.accept());
    } catch (IOException e) {
      throw new UncheckedIOException("the JVM for attempts does not come", e);
    }
  }

  /** Starts the application, and closes it where it has started. */
  Attempt start(Gateway.Builder builder) {
    return attempt(new Request(true, arguments(builder).toList()));
  }

  /** Runs {@code check-config}. */
  Attempt check(Gateway.Builder builder) {
    return check(arguments(builder).toArray(String[]::new));
  }

  /** Runs {@code check-config} with these arguments. */
  Attempt check(String... arguments) {
    return attempt(
        new Request(
            false, Stream.concat(Stream.of("check-config"), Stream.of(arguments)).toList()));
  }

  /** The settings of a gateway as arguments. */
  static Stream<String> arguments(Gateway.Builder builder) {
    return builder.properties().entrySet().stream()
        .map(entry -> "--" + entry.getKey() + "=" + entry.getValue());
  }

  private Attempt attempt(Request request) {
    try {
      requests.write(JSON.writeValueAsString(request) + "\n");
      requests.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new EOFException(process.tail());
      }
      return JSON.readValue(answer, Attempt.class);
    } catch (IOException e) {
      throw new UncheckedIOException("no answer of an attempt", e);
    }
  }

  @Override
  public void close() {
    try (socket) {
      process.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes attempts for the JVM that listens on this port. */
  public static void make(int port) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    PrintStream captured = new PrintStream(output, true, StandardCharsets.UTF_8);
    System.setOut(captured);
    System.setErr(captured);
    try (Socket parent = new Socket(InetAddress.getLoopbackAddress(), port);
        BufferedReader requests = reader(parent);
        Writer answers = writer(parent)) {
      for (String line = requests.readLine(); line != null; line = requests.readLine()) {
        output.reset();
        CommandRun run = run(JSON.readValue(line, Request.class));
        Attempt made = new Attempt(run, output.toString(StandardCharsets.UTF_8));
        answers.write(JSON.writeValueAsString(made) + "\n");
        answers.flush();
      }
    }
  }

  private static CommandRun run(Request request) {
    String[] arguments = request.arguments().toArray(String[]::new);
    return request.starts() ? start(arguments) : CommandRun.of(arguments);
  }

  private static CommandRun start(String... arguments) {
    try {
      new SpringApplicationBuilder(PassgateApplication.class)
          .registerShutdownHook(false)
          .run(arguments)
          .close();
      return new CommandRun(0, "", "");
    } catch (RuntimeException _) {
      return new CommandRun(1, "", "");
    }
  }
}
