package dev.passgate.soak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.e2e.RowSum;
import dev.passgate.e2e.RowsRead.Form;
import dev.passgate.soak.Site.Person;
import dev.passgate.testing.trino.TrinoCli;
import io.trino.jdbc.TrinoStatement;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Clients that want something, and read it to the end. */
final class Clients {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<Form> FORMS = List.of(Form.values());
  private static final Duration SQL_LIMIT = Duration.ofMinutes(3);
  private static final int STATEMENTS_IN_SESSION = 5;
  private static final int NATIONS = 25;
  private static final int SUM_OF_KEYS = 300;

  private final Site site;
  private final AtomicInteger forms = new AtomicInteger();

  Clients(Site site) {
    this.site = site;
  }

  /** Polls of a small query by Trino's protocol; a stranger must not get at its pages. */
  void statement(Attempt attempt) throws Exception {
    Person person = site.anybody(attempt);
    Pages pages =
        Pages.post(site.client(), site.gateway().uri(), person.headers(), Site.SMALL, attempt);
    if (pages.hasMore() && ThreadLocalRandom.current().nextInt(4) == 0) {
      refuseMallory(pages.next(), attempt);
    }
    checkSmall(pages.toEnd(), person.trinoUser());
  }

  private void refuseMallory(URI page, Attempt attempt) throws Exception {
    String token = site.token(0, "mallory").build();
    HttpResponse<String> answer =
        site.client()
            .send(
                Pages.request(page, Map.of("Authorization", "Bearer " + token)).build(),
                BodyHandlers.ofString());
    // Right after a rotation a new token may not be known yet.
    if (answer.statusCode() == 503) {
      attempt.begin();
      attempt.tokenOf(site.issuers().getFirst().name());
      throw new Failed(503, "for a stranger");
    }
    if (answer.statusCode() != 401 && answer.statusCode() != 403) {
      throw new AssertionError("somebody else's page: " + answer.statusCode());
    }
  }

  private static void checkSmall(Pages pages, String user) {
    assertThat(pages.rows()).hasSize(1);
    JsonNode row = pages.rows().getFirst();
    assertThat(row.get(0).asString()).isEqualTo(user);
    assertThat(row.get(1).asInt()).isEqualTo(NATIONS);
    assertThat(row.get(2).asInt()).isEqualTo(SUM_OF_KEYS);
  }

  /** A session of the JDBC driver over TLS, with some statements one after the other. */
  void jdbcSession(Attempt attempt) throws Exception {
    Person person = site.anybody(attempt);
    try (Connection connection = site.connect(person.token());
        Statement statement = connection.createStatement()) {
      statement
          .unwrap(TrinoStatement.class)
          .setProgressMonitor(stats -> attempt.query(stats.getQueryId()));
      for (int i = 0; i < STATEMENTS_IN_SESSION && !site.isOver(); i++) {
        attempt.begin();
        try (ResultSet rows = statement.executeQuery(Site.SMALL)) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getString(1)).isEqualTo(person.trinoUser());
          assertThat(rows.getInt(2)).isEqualTo(NATIONS);
          assertThat(rows.getInt(3)).isEqualTo(SUM_OF_KEYS);
          assertThat(rows.next()).isFalse();
        }
        site.pause(Duration.ofMillis(300));
      }
    }
  }

  /** All rows of a large result by the JDBC driver. */
  void jdbcLarge(Attempt attempt) throws Exception {
    Person person = site.anybody(attempt);
    RowSum sum = new RowSum();
    try (Connection connection = site.connect(person.token());
        Statement statement = connection.createStatement()) {
      statement
          .unwrap(TrinoStatement.class)
          .setProgressMonitor(stats -> attempt.query(stats.getQueryId()));
      try (ResultSet rows = statement.executeQuery(Site.LARGE)) {
        while (rows.next()) {
          sum.value(rows.getString(1));
          sum.value(rows.getString(2));
          pauseAfter(sum.end(), 60_000);
        }
      }
    }
    assertThat(sum).isEqualTo(site.large());
  }

  /** All rows of a large result by SQL over HTTP, in each form in turn, and slowly. */
  void sql(Attempt attempt) throws Exception {
    Form form = FORMS.get(forms.getAndIncrement() % FORMS.size());
    Person person = site.anybody(attempt);
    HttpResponse<InputStream> answer =
        site.client()
            .send(
                Pages.request(site.at("/query"), person.headers())
                    .header("Content-Type", "application/json")
                    .header("Accept", form.mediaType())
                    // The gateway tries again for two minutes where a coordinator is gone.
                    .timeout(SQL_LIMIT)
                    .POST(BodyPublishers.ofString("{\"sql\":\"" + Site.LARGE + "\"}"))
                    .build(),
                BodyHandlers.ofInputStream());
    answer.headers().firstValue("X-Trino-Query-Id").ifPresent(attempt::query);
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != 200) {
        throw refused(answer.statusCode(), new String(body.readAllBytes(), UTF_8));
      }
      assertThat(read(form, body)).isEqualTo(site.large());
    }
  }

  /** What Trino says of a query of its own is its answer, whatever status the gateway gives it. */
  private static Failed refused(int status, String body) {
    boolean byTrino = body.contains("\"queryId\":") && body.contains("\"errorName\":");
    return new Failed(byTrino ? 200 : status, body);
  }

  private RowSum read(Form form, InputStream body) throws IOException, Failed {
    try {
      return form.read(body, rows -> pauseAfter(rows, 20_000));
    } catch (AssertionError e) {
      // Some forms end with the error in words.
      throw new Failed(200, form + " " + e.getMessage());
    }
  }

  private void pauseAfter(long rows, int every) {
    if (rows % every == 0) {
      site.pause(Duration.ofMillis(200));
    }
  }

  /** Trino's own command line client. */
  void cli(Attempt attempt) throws Exception {
    Person person = site.anybody(attempt);
    TrinoCli.Result result =
        TrinoCli.to(site.gateway().tlsUri())
            .trust(site.authority())
            .accessToken(person.token())
            .execute(Site.SMALL);
    if (result.exitCode() != 0) {
      throw new Failed(0, result.errors().lines().reduce("", (_, line) -> line));
    }
    assertThat(result.output().strip())
        .isEqualTo("\"" + person.trinoUser() + "\",\"" + NATIONS + "\",\"" + SUM_OF_KEYS + "\"");
  }

  /** A user with a password. */
  void password(Attempt attempt) throws Exception {
    Map<String, String> headers =
        Map.of("Authorization", Site.basic(Site.PASSWORD_USER, Site.PASSWORD));
    Pages pages = Pages.post(site.client(), site.gateway().uri(), headers, Site.SMALL, attempt);
    checkSmall(pages.toEnd(), Site.PASSWORD_USER);
  }

  /** A token that was never there before, for a user who may have been; no cluster is asked. */
  void newToken(Attempt attempt) throws Exception {
    attempt.answeredByTheGateway();
    Person person = site.person("user" + ThreadLocalRandom.current().nextInt(5_000), attempt);
    HttpResponse<String> answer = get("/api/validate", person);
    assertThat(answer.headers().firstValue("X-Trino-User")).hasValue(person.trinoUser());
  }

  /** A token from the gateway's own endpoint, which must be good. */
  void tokenEndpoint(Attempt attempt) throws Exception {
    attempt.answeredByTheGateway();
    attempt.tokenOf(site.issuers().getFirst().name());
    HttpResponse<String> granted =
        site.client()
            .send(
                Pages.request(
                        site.at("/auth/acme/oauth2/token"),
                        Map.of("Content-Type", "application/x-www-form-urlencoded"))
                    .POST(
                        BodyPublishers.ofString(
                            "grant_type=client_credentials&client_id=robot&client_secret=none"))
                    .build(),
                BodyHandlers.ofString());
    if (granted.statusCode() != 200) {
      throw new Failed(granted.statusCode(), "at the token endpoint");
    }
    String token = JSON.readTree(granted.body()).get("access_token").asString();
    HttpResponse<String> answer = get("/api/validate", new Person(token, "robot"));
    assertThat(answer.headers().firstValue("X-Trino-User")).hasValue("robot");
  }

  /** The list of queries, and a page of the web UI. */
  void webPages(Attempt attempt) throws Exception {
    Person person = site.anybody(attempt);
    assertThat(JSON.readTree(get("/v1/query", person).body()).isArray()).isTrue();
    HttpResponse<String> page =
        site.client()
            .send(
                Pages.request(site.at("/ui/"), person.headers()).build(), BodyHandlers.ofString());
    if (page.statusCode() != 200 && page.statusCode() != 303) {
      throw new Failed(page.statusCode(), page.body());
    }
  }

  /** What everybody may ask. */
  void publicPages(Attempt attempt) throws Exception {
    HttpResponse<String> info =
        site.client()
            .send(Pages.request(site.at("/v1/info"), Map.of()).build(), BodyHandlers.ofString());
    if (info.statusCode() != 200) {
      throw new Failed(info.statusCode(), info.body());
    }
    attempt.begin();
    attempt.answeredByTheGateway();
    HttpResponse<String> health =
        site.client()
            .send(Pages.request(site.at("/health"), Map.of()).build(), BodyHandlers.ofString());
    assertThat(health.body()).isEqualTo("{\"status\":\"healthy\",\"service\":\"trino-stream\"}");
  }

  private HttpResponse<String> get(String path, Person person) throws Exception {
    HttpResponse<String> answer =
        site.client()
            .send(Pages.request(site.at(path), person.headers()).build(), BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new Failed(answer.statusCode(), answer.body());
    }
    return answer;
  }
}
