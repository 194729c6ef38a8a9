package dev.passgate.soak;

import dev.passgate.e2e.RowSum;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.issuer.TokenBuilder;
import dev.passgate.testing.trino.JdbcUrl;
import io.trino.jdbc.TrinoDriver;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Where clients are: the addresses of a gateway, those who vouch for them, and what they must read.
 *
 * @param client speaks HTTP without TLS
 * @param driver one of its own, as a driver keeps connections until it is closed
 * @param authority the PEM file of who vouches for the gateway's certificates
 * @param issuers two of them; users of the second get a prefix
 * @param large what {@link #LARGE} comes to
 * @param abandoned queries that clients left without a word
 * @param over opens when the run is over
 */
record Site(
    SoakedGateway gateway,
    HttpClient client,
    TrinoDriver driver,
    Path authority,
    List<LocalIssuer> issuers,
    RowSum large,
    Queue<Pages> abandoned,
    CountDownLatch over) {

  /** 240,700 rows in some fifty pages. */
  static final String LARGE =
      "select orderkey k, extendedprice * s p"
          + " from tpch.tiny.lineitem cross join unnest(sequence(1, 4)) t(s)";

  static final String SMALL =
      "select current_user, c, s"
          + " from (select count(*) c, sum(nationkey) s from tpch.tiny.nation)";

  static final String SECOND_PREFIX = "globex-";
  static final String PASSWORD_USER = "svc";
  static final String PASSWORD = "correct horse";

  /** {@code htpasswd -nbB -C 8} */
  static final String PASSWORD_HASH =
      "$2y$08$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi";

  private static final List<String> PEOPLE = List.of("alice", "bob", "carol", "dave", "erin");
  private static final AtomicLong TOKENS = new AtomicLong();

  Site(
      SoakedGateway gateway,
      HttpClient client,
      TrinoDriver driver,
      Path authority,
      List<LocalIssuer> issuers,
      RowSum large) {
    this(
        gateway,
        client,
        driver,
        authority,
        List.copyOf(issuers),
        large,
        new ConcurrentLinkedQueue<>(),
        new CountDownLatch(1));
  }

  /** Somebody with a token that was just made, and the name by which Trino must know them. */
  record Person(String token, String trinoUser) {

    Map<String, String> headers() {
      return Map.of("Authorization", "Bearer " + token);
    }

    @Override
    public String toString() {
      return trinoUser;
    }
  }

  /** Any of the people, at any of the issuers. */
  Person anybody(Attempt attempt) {
    return person(PEOPLE.get(ThreadLocalRandom.current().nextInt(PEOPLE.size())), attempt);
  }

  /** Somebody of a name, at any of the issuers. */
  Person person(String name, Attempt attempt) {
    int number = (int) (TOKENS.incrementAndGet() % issuers.size());
    attempt.tokenOf(issuers.get(number).name());
    return new Person(token(number, name).build(), number == 0 ? name : SECOND_PREFIX + name);
  }

  TokenBuilder token(int issuer, String name) {
    return issuers.get(issuer).token(name);
  }

  static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  URI at(String path) {
    return gateway.uri().resolve(path);
  }

  /** A connection of the JDBC driver to the gateway. */
  Connection connect(String token) throws SQLException {
    return driver.connect(JdbcUrl.withToken(gateway.tlsUri(), authority, token), new Properties());
  }

  boolean isOver() {
    return over.getCount() == 0;
  }

  /** Between two things that a client does; ends with the run. */
  void pause(Duration time) {
    try {
      boolean ended = over.await(time.toMillis(), TimeUnit.MILLISECONDS);
      if (ended) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
