package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.PassgateApplication;
import dev.passgate.testing.BesideOthers;
import dev.passgate.testing.issuer.Endpoint;
import dev.passgate.testing.issuer.LocalIssuer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is told of a token on the command line. */
@BesideOthers
class ExplainTokenIT {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir private static Path folder;

  private static LocalIssuer issuer;
  private static String token;

  @BeforeAll
  static void start() {
    issuer = LocalIssuer.start("acme");
    token = issuer.token("alice").build();
  }

  @AfterAll
  static void stop() {
    issuer.close();
  }

  private record Run(int status, String out, String err) {}

  /** Runs the program as people do, in a process of its own. */
  private static Run command(String input, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PassgateApplication.class.getName(),
                "explain-token"));
    command.addAll(List.of(arguments));
    command.add("--spring.config.location=classpath:/");
    command.add("--passgate.clusters.main.url=http://127.0.0.1:1");
    command.add("--passgate.issuers.acme.issuer-uri=" + issuer.issuerUri());
    try {
      Path in = Files.writeString(folder.resolve("in"), input);
      Path out = folder.resolve("out");
      Path err = folder.resolve("err");
      Process process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("the command did not end");
      }
      return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Test
  void commandExplainsATokenOfTheStandardInput() {
    int fetches = issuer.requests(Endpoint.JWKS);
    Run run =
        command(
            token + "\n",
            "--passgate.issuers.acme.audiences=trino",
            "--passgate.routing.rules[0].name=loads",
            "--passgate.routing.rules[0].source=dbt",
            "--passgate.routing.rules[0].statement=write",
            "--passgate.routing.rules[0].label=main",
            "--header=X-Trino-Source: dbt",
            "--statement=INSERT INTO t TABLE s");

    assertThat(run.status()).as(run.err()).isEqualTo(0);
    JsonNode explanation = JsonMapper.shared().readTree(run.out());
    assertThat(explanation.get("user").asString()).isEqualTo("alice");
    assertThat(ExplainIT.checks(explanation, "passed")).contains("signature");
    assertThat(explanation.get("routing").get("rule").asString()).isEqualTo("loads");
    assertThat(explanation.get("routing").get("chosen").asString()).isEqualTo("main");
    assertThat(run.out() + run.err()).doesNotContain(token);
    assertThat(issuer.requests(Endpoint.JWKS)).isGreaterThan(fetches);
  }

  @Test
  void commandExplainsATokenOfAFile() throws Exception {
    Path file = Files.writeString(folder.resolve("token"), token);
    Run run = command("", "--token-file=" + file, "--passgate.issuers.acme.audiences=other");

    assertThat(run.status()).as(run.err()).isEqualTo(1);
    assertThat(JsonMapper.shared().readTree(run.out()).get("reason").asString())
        .isEqualTo("audience_mismatch");
  }

  @Test
  void commandNeedsNoRedisThatReplicasCountIn() {
    Run run =
        command(
            token,
            "--passgate.issuers.acme.audiences=trino",
            "--passgate.limits.queries-per-user=2",
            "--passgate.limits.shared.redis.url=redis://127.0.0.1:1");

    assertThat(run.status()).as(run.err()).isEqualTo(0);
  }

  @Test
  void commandTellsWhatIsWrongWithTheConfiguration() {
    Run run = command(token);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("passgate.issuers.acme.audiences is '[]', expected at least one audience");
  }

  @Test
  void commandTellsWhatIsWrongWithTheCall() {
    assertThat(command("").err()).isEqualTo("there is no token\n");
    assertThat(command("", "token-on-the-command-line").err()).startsWith("usage: explain-token");
    assertThat(command(token, "--rout=poll").err()).startsWith("usage: explain-token");
    Run unknown = command(token, "--route=nowhere", "--passgate.issuers.acme.audiences=trino");
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err()).contains("there is no route of this id");
    assertThat(command("", "--token-file=/nonexistent").err())
        .startsWith("the token cannot be read: ");
  }
}
