package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.PassgateApplication;
import dev.passgate.command.ExplainToken;
import dev.passgate.testing.issuer.Endpoint;
import dev.passgate.testing.issuer.LocalIssuer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is told of a token on the command line. */
class ExplainTokenIT {

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

  private record Run(ExplainToken.Status status, String out, String err) {}

  private static Run command(String input, String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--spring.config.location=classpath:/");
    all.add("--passgate.clusters.main.url=http://127.0.0.1:1");
    all.add("--passgate.issuers.acme.issuer-uri=" + issuer.issuerUri());
    ExplainToken.Status status =
        new ExplainToken(
                PassgateApplication.class,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8))
            .run(all);
    return new Run(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void commandExplainsATokenOfTheStandardInput() {
    int fetches = issuer.requests(Endpoint.JWKS);
    Run run = command(token + "\n", "--passgate.issuers.acme.audiences=trino");

    assertThat(run.status()).as(run.err()).isEqualTo(ExplainToken.Status.ACCEPTED);
    JsonNode explanation = JsonMapper.shared().readTree(run.out());
    assertThat(explanation.get("user").asString()).isEqualTo("alice");
    assertThat(ExplainIT.checks(explanation, "passed")).contains("signature");
    assertThat(run.out() + run.err()).doesNotContain(token);
    assertThat(issuer.requests(Endpoint.JWKS)).isGreaterThan(fetches);
  }

  @Test
  void commandExplainsATokenOfAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("token"), token);
    Run run = command("", "--token-file=" + file, "--passgate.issuers.acme.audiences=other");

    assertThat(run.status()).as(run.err()).isEqualTo(ExplainToken.Status.REFUSED);
    assertThat(JsonMapper.shared().readTree(run.out()).get("reason").asString())
        .isEqualTo("audience_mismatch");
  }

  @Test
  void commandTellsWhatIsWrongWithTheConfiguration() {
    Run run = command(token);

    assertThat(run.status()).isEqualTo(ExplainToken.Status.FAILED);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("passgate.issuers.acme.audiences is '[]', expected at least one audience");
  }

  @Test
  void commandTellsWhatIsWrongWithTheCall() {
    assertThat(command("").err()).isEqualTo("there is no token\n");
    assertThat(command("", "token-on-the-command-line").err()).startsWith("usage: explain-token");
    assertThat(command("", "--token-file=/nonexistent").err())
        .startsWith("the token cannot be read: ");
  }
}
