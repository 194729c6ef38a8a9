package dev.passgate.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.soak.Site.Person;
import dev.passgate.testing.http.RawHttp;
import io.trino.jdbc.TrinoStatement;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLContext;

/** Clients that go before the end, in one way or another. */
final class Leavers {

  /** Of queries that were left; the oldest are as good as forgotten. */
  private static final int KEPT = 300;

  private static final int CROWD = 150;
  private static final int CROWD_WITH_QUERIES = 12;

  private final Site site;
  private final SSLContext trust;

  Leavers(Site site, SSLContext trust) {
    this.site = site;
    this.trust = trust;
  }

  /** Leaves a query without a word, in a page or between two. */
  void abandon(Attempt attempt) throws Exception {
    Person person = site.anybody(attempt);
    Pages pages = large(person, attempt);
    for (int i = 0; i < 3; i++) {
      pages.advance();
    }
    if (pages.hasMore() && ThreadLocalRandom.current().nextBoolean()) {
      URI page = pages.next();
      try (RawHttp connection = RawHttp.connect(page)) {
        connection.send(
            "GET %s?%s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n"
                .formatted(
                    page.getRawPath(), page.getRawQuery(), page.getAuthority(), person.token()));
        connection.readSome(500);
        connection.reset();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
    site.abandoned().add(pages);
    while (site.abandoned().size() > KEPT) {
      site.abandoned().poll();
    }
  }

  /** Cancels a query that has begun to answer. */
  void cancel(Attempt attempt) throws Exception {
    Pages pages = large(site.anybody(attempt), attempt);
    for (int i = 0; i < 3; i++) {
      pages.advance();
    }
    pages.cancel();
  }

  /** Cancels by the driver, with some rows read. */
  void jdbcCancel(Attempt attempt) throws Exception {
    Person person = site.anybody(attempt);
    try (Connection connection = site.connect(person.token());
        Statement statement = connection.createStatement()) {
      statement
          .unwrap(TrinoStatement.class)
          .setProgressMonitor(stats -> attempt.query(stats.getQueryId()));
      try (ResultSet rows = statement.executeQuery(Site.LARGE)) {
        for (int i = 0; i < 100; i++) {
          assertThat(rows.next()).isTrue();
        }
        statement.cancel();
      }
    }
  }

  /** Leaves rows of SQL over HTTP in the middle. */
  void sql(Attempt attempt) throws Exception {
    try (RawHttp connection = begin(site.anybody(attempt))) {
      if (!connection.readHead().startsWith("HTTP/1.1 200")) {
        throw new Failed(503, "no rows to leave");
      }
      connection.readSome(2_000);
      connection.reset();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Leaves in a handshake, after one, and within the head of a request. */
  void early(Attempt attempt) throws Exception {
    attempt.answeredByTheGateway();
    RawHttp.connect(site.gateway().tlsUri()).send(new byte[] {22, 3, 1}).reset();
    RawHttp.connect(site.gateway().tlsUri(), trust).reset();
    RawHttp.connect(site.gateway().uri()).send("POST /v1/statement HTTP/1.1\r\nHo").reset();
    RawHttp.connect(site.gateway().uri())
        .send("POST /query HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n{")
        .reset();
  }

  /** Many connections, some with rows under way, that all end at one moment. */
  void crowd() {
    List<RawHttp> connections = new ArrayList<>();
    try {
      for (int i = 0; i < CROWD; i++) {
        connections.add(
            RawHttp.connect(site.gateway().uri())
                .send("GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      }
      for (int i = 0; i < CROWD_WITH_QUERIES; i++) {
        connections.add(begin(site.anybody(new Attempt())));
      }
      for (RawHttp connection : connections) {
        connection.limit(Pages.LIMIT).readHead();
      }
    } finally {
      connections.forEach(RawHttp::reset);
    }
  }

  private RawHttp begin(Person person) {
    String body = "{\"sql\":\"" + Site.LARGE + "\"}";
    return RawHttp.connect(site.gateway().uri())
        .limit(Pages.LIMIT)
        .send(
            """
            POST /query HTTP/1.1\r
            Host: localhost\r
            Authorization: Bearer %s\r
            Content-Type: application/json\r
            Accept: application/x-ndjson\r
            Content-Length: %d\r
            \r
            %s"""
                .formatted(person.token(), body.length(), body));
  }

  private Pages large(Person person, Attempt attempt) throws Exception {
    return Pages.post(site.client(), site.gateway().uri(), person.headers(), Site.LARGE, attempt);
  }
}
