package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.passgate.PassgateApplication;
import dev.passgate.command.CommandLine;
import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.process.JavaProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * Each wrong configuration gives one clear message and no start, and {@code check-config} says the
 * same.
 */
@ExtendWith(OutputCaptureExtension.class)
@ResourceLock(Resources.SYSTEM_OUT)
class WrongConfigurationIT {

  @TempDir private static Path folder;

  @BeforeAll
  static void write() throws IOException {
    Files.writeString(folder.resolve("broken.yml"), "passgate:\n  tls: [1\n  limits:\n");
    Files.writeString(folder.resolve("tab.yml"), "passgate:\n\ttls: hunter2-hunter2\n");
    Files.writeString(
        folder.resolve("twice.yml"), "passgate:\n  service-name: a\n  service-name: b\n");
    Files.writeString(
        folder.resolve("wrong.yml"), "passgate:\n  limits:\n    answer-pause: hours\n");
    Files.writeString(folder.resolve("passwords"), "alice:hunter2-hunter2\n");
  }

  private static String[] arguments(Gateway.Builder builder) {
    return builder.properties().entrySet().stream()
        .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
        .toArray(String[]::new);
  }

  private static CommandRun check(Gateway.Builder builder) {
    List<String> arguments = new ArrayList<>(List.of("check-config"));
    arguments.addAll(List.of(arguments(builder)));
    return CommandRun.of(arguments.toArray(String[]::new));
  }

  /** What stands between the headings of Spring Boot's report. */
  private static String description(CapturedOutput output) {
    String text = output.getAll();
    assertThat(text.split("APPLICATION FAILED TO START", -1)).hasSize(2);
    return text.substring(text.indexOf("Description:\n\n") + 14, text.indexOf("\n\nAction:"));
  }

  @ParameterizedTest
  @EnumSource
  void oneMessageAndNoStart(WrongConfiguration wrong, CapturedOutput output) {
    Throwable failure = catchThrowable(() -> wrong.in(folder).start().close());

    assertThat(failure).isNotNull();
    assertThat(description(output)).contains(wrong.message()).hasLineCount(1);
    assertThat(output.getAll())
        .doesNotContain("\tat ", "Caused by:", "Netty started")
        .doesNotContain(WrongConfiguration.secrets());
    assertThat(description(output))
        .doesNotContain("org.springframework", "dev.passgate.P", "java.");
  }

  @ParameterizedTest
  @EnumSource
  void checkSaysTheSame(WrongConfiguration wrong, CapturedOutput output) {
    CommandRun run = check(wrong.in(folder));

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains(wrong.message()).hasLineCount(1);
    assertThat(run.err())
        .doesNotContain("org.springframework", "java.", "\tat ")
        .doesNotContain(WrongConfiguration.secrets());
    assertThat(run.out()).isEmpty();
    assertThat(output.getAll()).isEmpty();
  }

  @Test
  void checkSaysThatAConfigurationIsRight(CapturedOutput output) {
    CommandRun run = check(WrongConfiguration.good());

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).isEqualTo("the configuration is right\n");
    assertThat(run.status()).isZero();
    assertThat(output.getAll()).isEmpty();
  }

  /** Others that what follows needs: without a cluster, a password file or a listener. */
  @ParameterizedTest
  @EnumSource(
      mode = Mode.INCLUDE, // each is found at another step of the start
      names = {
        "MISSPELT_KEY",
        "NUMBER",
        "PORT_OF_LETTERS",
        "LOG_LEVEL",
        "TWO_CLUSTERS_AT_ONE_ADDRESS",
        "NO_ISSUER",
        "DENY_LIST_MISSING",
        "RULE_FOR_AN_UNKNOWN_ISSUER",
        "KEY_THAT_CANNOT_BE_WATCHED",
        "ACCESS_OF_A_ROUTE",
        "REDIS_URL",
        "VALUE_IN_A_FILE"
      })
  void checkTellsEachMistakeBesideOthers(WrongConfiguration wrong) {
    Gateway.Builder gateway =
        WrongConfiguration.good().with("passgate.clusters.beside.url", "here");
    List<String> messages = new ArrayList<>(List.of("passgate.clusters.beside.url is 'here'"));
    String file = "passgate.authentication.basic.file.path";
    if (!wrong.message().startsWith("passgate.authentication.")) {
      gateway.with(file, "/nowhere/beside");
      messages.add(file + " is '/nowhere/beside'");
    }
    if (!wrong.message().contains("bundle") && !wrong.message().contains("a file cannot be read")) {
      gateway.with("passgate.tls.port", 0).with("passgate.tls.bundle", "beside");
      messages.add("passgate.tls.bundle is 'beside'");
    }
    messages.add(wrong.message());

    CommandRun run = check(wrong.in(gateway, folder));

    assertThat(run.err()).contains(messages).hasLineCount(messages.size());
    assertThat(run.err()).doesNotContain(WrongConfiguration.secrets());
  }

  @Test
  void checkTellsWhatIsWrongInEachSource() throws IOException {
    Path file = folder.resolve("several.yml");
    Files.writeString(
        file,
        """
        passgate:
          clusters:
            main: {url: trino}
            other: {url: "https://trino", labels: [etl], weight: 0}
          issuers:
            globex: {issuer-uri: "https://globex.example", algorithms: [none]}
          routing:
            default-label: etl
            rules:
              - {label: nowhere}
          signing-key: short
          limits:
            request-body: large
            answer-pause: soon
        """);
    CommandRun run =
        CommandRun.of(
            "check-config",
            "--spring.config.location=classpath:/,file:" + file,
            "--passgate.tls.port=8443",
            "--passgate.trusted-proxies=10.0.0.0/33",
            "--server.port=http");

    assertThat(run.err().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("server.port is 'http'"),
            line -> assertThat(line).contains("passgate.clusters.main.url is", "yml, line 3"),
            line -> assertThat(line).contains("passgate.clusters.other.weight is", "yml, line 4"),
            line -> assertThat(line).startsWith("passgate.issuers.globex.audiences is '[]'"),
            line -> assertThat(line).contains("passgate.routing.rules[0].label", "yml, line 10"),
            line -> assertThat(line).contains("passgate.signing-key is '***'", "yml, line 11"),
            line -> assertThat(line).contains("passgate.limits.request-body", "yml, line 13"),
            line -> assertThat(line).contains("passgate.limits.answer-pause", "yml, line 14"),
            line -> assertThat(line).startsWith("passgate.tls.bundle is not set"),
            line -> assertThat(line).contains("passgate.trusted-proxies", "the command line"));
  }

  /** What is left out in the next look is missing there, and that is nobody's mistake. */
  @Test
  void checkTellsNothingThatOnlyFollows() {
    String route = "spring.cloud.gateway.server.webflux.routes[0].";
    CommandRun run =
        check(
            WrongConfiguration.good()
                .with(route + "id", "mine")
                .with(route + "uri", "trino://cluster")
                .with(route + "order", "first")
                .with("passgate.issuers.acme.routes", "mine")
                .with("passgate.clusters.main.labels", "etl")
                .with("passgate.clusters.main.weight", "much")
                .with("passgate.routing.default-label", "etl")
                .with("passgate.tls.port", 0)
                .with("passgate.tls.client-auth", "want")
                .with("passgate.authentication.sources", "bearer,basic,certificate")
                .with("passgate.authentication.basic.file.path", "/nowhere/passwords"));

    assertThat(run.err().lines())
        .satisfiesExactlyInAnyOrder(
            line ->
                assertThat(line).startsWith(route + "order is 'first', expected a whole number"),
            line -> assertThat(line).startsWith("passgate.clusters.main.weight is 'much'"),
            line -> assertThat(line).startsWith("passgate.tls.bundle is not set"),
            line -> assertThat(line).startsWith("passgate.authentication.basic.file.path is"));
  }

  @Test
  void checkTellsAllMistakes() {
    CommandRun run =
        check(
            WrongConfiguration.good()
                .with("passgate.anything", "x")
                .with("passgate.tls.bundel", "x")
                .with("passgate.limits.answer-pause", "soon")
                .with("passgate.limits.request-body", "large")
                .with("passgate.clusters.main.url", "trino")
                .with("passgate.clusters.other.url", "other")
                .with("passgate.issuers.acme.user.pattern", "(")
                .with("passgate.authentication.failure-status", 418)
                .with("passgate.shutdown.delay", "never"));

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "passgate.anything",
            "passgate.tls.bundel",
            "passgate.limits.answer-pause",
            "passgate.limits.request-body",
            "passgate.clusters.main.url",
            "passgate.clusters.other.url",
            "passgate.issuers.acme.user.pattern",
            "passgate.authentication.failure-status",
            "passgate.shutdown.delay")
        .hasLineCount(9);
  }

  @Test
  void aCheckReachesNobody() throws IOException {
    try (ServerSocket anybody = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      anybody.setSoTimeout(500);
      String address = "127.0.0.1:" + anybody.getLocalPort();
      CommandRun run =
          check(
              WrongConfiguration.good()
                  .with("passgate.clusters.main.url", "http://" + address)
                  .with("passgate.health.enabled", true)
                  .with("passgate.issuers.acme.issuer-uri", "http://" + address)
                  .with("passgate.limits.queries-per-user", 2)
                  .with("passgate.limits.shared.redis.url", "redis://" + address)
                  .with("server.port", anybody.getLocalPort()));

      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(catchThrowable(anybody::accept))
          .as("nobody has connected")
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void namesAPortThatIsTaken(CapturedOutput output) throws IOException {
    try (ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      Throwable failure =
          catchThrowable(() -> WrongConfiguration.good().with("server.port", port).start().close());

      assertThat(failure).isNotNull();
      assertThat(description(output))
          .startsWith("server.port is '" + port + "', expected a port that no other");
      assertThat(output.getAll()).doesNotContain("\tat ", "Caused by:");
    }
  }

  @Test
  void anUnknownCommandIsNoStart() {
    CommandRun run = CommandRun.of("srve");
    assertThat(run)
        .isEqualTo(
            new CommandRun(2, "", "there is no command 'srve'; --help shows which there are\n"));
    assertThat(CommandRun.of("check-config", "--hlep").status()).isEqualTo(2);
    assertThat(CommandRun.of("serve", "now").err()).startsWith("'now' is no setting");
    assertThat(CommandLine.of().serves()).isTrue();
    assertThat(CommandLine.of("--server.port=1").serves()).isTrue();
    assertThat(CommandLine.of("serve", "--server.port=1").arguments())
        .containsExactly("--server.port=1");
    assertThat(CommandRun.of("--help").out()).contains("check-config", "import-envoy");
    for (String command :
        List.of("serve", "check-config", "explain-token", "import-envoy", "train")) {
      CommandRun help = CommandRun.of(command, "--help");
      assertThat(help.out()).startsWith("usage: ").contains(command);
      assertThat(help.err()).isEmpty();
      assertThat(help.status()).isZero();
    }
    assertThat(CommandRun.of("--version").out()).startsWith("passgate ");
  }

  @Test
  void theProgramEndsWithAStatus() throws Exception {
    Gateway.Builder wrong =
        WrongConfiguration.good()
            .with("server.port", LoopbackPort.free())
            .with("passgate.limits.answer-pause", "soon");
    for (String command : List.of("serve", "check-config")) {
      Path output = folder.resolve(command);
      Process process =
          new ProcessBuilder(
                  Stream.concat(
                          Stream.of(
                              JavaProcess.java(),
                              "-XX:TieredStopAtLevel=1",
                              "--enable-native-access=ALL-UNNAMED",
                              "-cp",
                              System.getProperty("java.class.path"),
                              PassgateApplication.class.getName(),
                              command),
                          Stream.of(arguments(wrong)))
                      .toList())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(Files.readString(output))
          .contains("passgate.limits.answer-pause is 'soon', expected a duration")
          .doesNotContain("\tat ");
    }
  }
}
