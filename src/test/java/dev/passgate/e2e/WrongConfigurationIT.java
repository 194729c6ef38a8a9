package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.passgate.PassgateApplication;
import dev.passgate.command.CommandLine;
import dev.passgate.e2e.ApplicationAttempts.Attempt;
import dev.passgate.testing.BesideOthers;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Each wrong configuration gives one clear message and no start, and {@code check-config} says the
 * same.
 */
@BesideOthers
class WrongConfigurationIT {

  @TempDir private static Path folder;

  private static ApplicationAttempts attempts;

  @BeforeAll
  static void begin() throws IOException {
    Files.writeString(folder.resolve("broken.yml"), "passgate:\n  tls: [1\n  limits:\n");
    Files.writeString(folder.resolve("tab.yml"), "passgate:\n\ttls: hunter2-hunter2\n");
    Files.writeString(
        folder.resolve("twice.yml"), "passgate:\n  service-name: a\n  service-name: b\n");
    Files.writeString(
        folder.resolve("wrong.yml"), "passgate:\n  limits:\n    answer-pause: hours\n");
    Files.writeString(folder.resolve("passwords"), "alice:hunter2-hunter2\n");
    attempts = ApplicationAttempts.begin();
  }

  @AfterAll
  static void end() {
    attempts.close();
  }

  private static CommandRun check(Gateway.Builder builder) {
    return attempts.check(builder).run();
  }

  /** What stands between the headings of Spring Boot's report. */
  private static String description(String output) {
    assertThat(output.split("APPLICATION FAILED TO START", -1)).hasSize(2);
    return output.substring(output.indexOf("Description:\n\n") + 14, output.indexOf("\n\nAction:"));
  }

  @ParameterizedTest
  @EnumSource
  void oneMessageAndNoStart(WrongConfiguration wrong) {
    Attempt start = attempts.start(wrong.in(folder));

    assertThat(start.hasFailed()).as("a wrong configuration must not start").isTrue();
    assertThat(description(start.output())).contains(wrong.message()).hasLineCount(1);
    assertThat(start.output())
        .doesNotContain("\tat ", "Caused by:", "Netty started")
        .doesNotContain(WrongConfiguration.secrets());
    assertThat(description(start.output()))
        .doesNotContain("org.springframework", "dev.passgate.P", "java.");
  }

  @ParameterizedTest
  @EnumSource
  void checkSaysTheSame(WrongConfiguration wrong) {
    Attempt check = attempts.check(wrong.in(folder));

    assertThat(check.run().status()).isEqualTo(1);
    assertThat(check.run().err()).contains(wrong.message()).hasLineCount(1);
    assertThat(check.run().err())
        .doesNotContain("org.springframework", "java.", "\tat ")
        .doesNotContain(WrongConfiguration.secrets());
    assertThat(check.run().out()).isEmpty();
    assertThat(check.output()).isEmpty();
  }

  @Test
  void checkSaysThatAConfigurationIsRight() {
    Attempt check = attempts.check(WrongConfiguration.good());

    assertThat(check.run()).isEqualTo(new CommandRun(0, "the configuration is right\n", ""));
    assertThat(check.output()).isEmpty();
  }

  @Test
  void aRightConfigurationStarts() {
    Attempt start = attempts.start(WrongConfiguration.good());

    assertThat(start.hasFailed()).as(start.output()).isFalse();
    assertThat(start.output()).contains("Netty started").doesNotContain("FAILED");
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
    Attempt check =
        attempts.check(
            "--spring.config.location=classpath:/,file:" + file,
            "--passgate.tls.port=8443",
            "--passgate.trusted-proxies=10.0.0.0/33",
            "--server.port=http");

    assertThat(check.run().err().lines())
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
  void checkTellsNothingThatOnlyFollowsFromAClusterOrALimit() throws IOException {
    Path keys = folder.resolve("trino-keys.json");
    CommandRun run =
        check(
            WrongConfiguration.good()
                .with("passgate.trino-keys.file", keys)
                .with("passgate.clusters.main.trust", "jwt")
                .with("passgate.clusters.main.weight", 0)
                .with("passgate.routing.default-label", "etl")
                .with("passgate.clusters.other.url", "http://127.0.0.1:2")
                .with("passgate.clusters.other.labels", "etl, ,adhoc")
                .with("passgate.limits.shared.redis.url", "redis://127.0.0.1:1")
                .with("passgate.limits.queries-per-user", "some"));
    assertThat(run.err().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("passgate.clusters.main.weight is '0'"),
            line -> assertThat(line).startsWith("passgate.clusters.other.labels is"),
            line -> assertThat(line).startsWith("passgate.trino-keys.file is '" + keys + "'"),
            line -> assertThat(line).startsWith("passgate.limits.queries-per-user is 'some'"));

    CommandRun misspelt =
        check(
            WrongConfiguration.good()
                .with("passgate.trino-keys.file", keys)
                .with("passgate.clusters.main.trust", "jtw")
                .with("passgate.limits.shared.redis.url", "redis://127.0.0.1:1")
                .with("passgate.limits.new-queries-per-user.rate", 5)
                .with("passgate.limits.new-queries-per-user.burst", 0));
    assertThat(misspelt.err().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("passgate.clusters.main.trust is 'jtw'"),
            line ->
                assertThat(line).startsWith("passgate.limits.new-queries-per-user.burst is '0'"));
  }

  @Test
  void checkTellsWhatIsWrongBesideNamesOfAnyForm() {
    CommandRun run =
        check(
            WrongConfiguration.good()
                .with("passgate.issuers.my_idp.issuer-uri", "https://my.example")
                .with("passgate.issuers.my_idp.audiences", "trino")
                .with("passgate.issuers.my_idp.clock-skew", "soon")
                .with("passgate.issuers.your_idp.issuer-uri", "https://your.example")
                .with("passgate.issuers.zeta.issuer-uri", "https://zeta.example")
                .with("passgate.issuers.zeta.audiences", "trino")
                .with("passgate.issuers.zeta.algorithms", "none")
                .with("passgate.clusters.My_Trino.url", "trino")
                .with("passgate.routing.rules[0].issuer", "my_idp")
                .with("passgate.routing.rules[0].label", "My_Trino")
                .with("passgate.routing.rules[1].label", "nowhere"));

    assertThat(run.err().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).contains("clock-skew is 'soon'"),
            line -> assertThat(line).startsWith("passgate.issuers.your_idp.audiences is"),
            line -> assertThat(line).startsWith("passgate.issuers.zeta.algorithms"),
            line -> assertThat(line).startsWith("passgate.clusters.My_Trino.url is 'trino'"),
            line -> assertThat(line).startsWith("passgate.routing.rules[1].label is 'nowhere'"));
  }

  @Test
  void checkTellsWhatIsWrongBesideTheGatewaysClientAndBundles() {
    CommandRun run =
        check(
            WrongConfiguration.good()
                .with("spring.cloud.gateway.server.webflux.httpclient.connect-timeout", "soon")
                .with("passgate.issuers.acme.clock-skew", "soon")
                .with("passgate.issuers.globex.issuer-uri", "https://globex.example")
                .with("spring.ssl.bundle.watch.file.quiet-period", "soon")
                .with("passgate.tls.port", 70000)
                .with("passgate.tls.bundle", "nowhere")
                .with("passgate.tls.client-auth", "some"));

    assertThat(run.err().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).contains("httpclient.connect-timeout is 'soon'"),
            line -> assertThat(line).startsWith("passgate.issuers.acme.clock-skew is 'soon'"),
            line -> assertThat(line).startsWith("passgate.issuers.globex.audiences is"),
            line -> assertThat(line).startsWith("spring.ssl.bundle.watch.file.quiet-period is"),
            line -> assertThat(line).startsWith("passgate.tls.port is '70000'"),
            line -> assertThat(line).startsWith("passgate.tls.client-auth is 'some'"));
  }

  @Test
  void checkTellsOfABundleThatIsNotThereBesideOneThatCannotBeWatched() {
    CommandRun run =
        check(
            WrongConfiguration.good()
                .with("spring.ssl.bundle.pem.test.reload-on-update", true)
                .with("spring.ssl.bundle.pem.test.keystore.certificate", "file:/nowhere/tls.crt")
                .with("spring.ssl.bundle.pem.test.keystore.private-key", "file:/nowhere/tls.key")
                .with("server.ssl.bundle", "test")
                .with("passgate.tls.port", 0)
                .with("passgate.tls.bundle", "nowhere"));

    assertThat(run.err().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("a file cannot be read: '/nowhere/tls.crt'"),
            line -> assertThat(line).startsWith("passgate.tls.bundle is 'nowhere'"));

    CommandRun unread =
        check(
            WrongConfiguration.good()
                .with("spring.ssl.bundle.watch.file.quiet-period", "soon")
                .with("passgate.tls.port", 0)
                .with("passgate.tls.bundle", "nowhere"));
    assertThat(unread.err().lines())
        .satisfiesExactlyInAnyOrder(
            line -> assertThat(line).startsWith("spring.ssl.bundle.watch.file.quiet-period is"),
            line -> assertThat(line).startsWith("passgate.tls.bundle is 'nowhere'"));
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
  void namesAPortThatIsTaken() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      int port = other.getLocalPort();
      Attempt start = attempts.start(WrongConfiguration.good().with("server.port", port));

      assertThat(start.hasFailed()).isTrue();
      assertThat(description(start.output()))
          .startsWith("server.port is '" + port + "', expected a port that no other");
      assertThat(start.output()).doesNotContain("\tat ", "Caused by:");
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
                          ApplicationAttempts.arguments(wrong))
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
