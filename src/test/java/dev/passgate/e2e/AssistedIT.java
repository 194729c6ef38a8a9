package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.affinity.TestSignatures;
import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.browser.HeadlessChromium;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.Relay;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.SharedTrino;
import dev.passgate.testing.trino.StatementClient;
import dev.passgate.testing.trino.TrinoCli;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A cluster that writes its URIs itself, {@code main}, and beside it one whose answers are
 * rewritten, {@code plain}, behind two gateways that share a signing key.
 */
@NeedsServers
class AssistedIT {

  /** Its answer comes in several pages. */
  private static final String MANY = "select * from tpch.tiny.orders";

  private static final int MANY_ROWS = 15_000;

  /** Runs until it is cancelled. */
  private static final String LONG =
      "select count(*) from tpch.sf1000.lineitem where comment like '%x%y%z%'";

  private static final String EXTERNAL = "https://trino.example:8444";
  private static final String PREFIX = "/~\\d{8}_\\d{6}_\\d{5}_[a-z0-9]{5}\\.[\\w-]{60}";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static Relay relay;
  private static LocalIssuer issuer;
  private static Gateway gateway;

  /** The other replica, which stands behind something that ends TLS. */
  private static Gateway other;

  private static HttpClient client;

  @BeforeAll
  static void start() {
    relay = Relay.to(SharedTrino.second().uri());
    issuer = LocalIssuer.start("acme");
    gateway =
        replica()
            .with("passgate.trusted-proxies", "127.0.0.1")
            .tls(SelfSignedCertificate.create())
            .start();
    other = replica().with("passgate.external-url", EXTERNAL).start();
    client = HttpClient.newHttpClient();
  }

  private static Gateway.Builder replica() {
    return Gateway.inFrontOf(relay.uri())
        .with("passgate.clusters.main.forwarded-headers", true)
        .cluster("plain", SharedTrino.get().uri())
        .with("passgate.routing.rules[0].source", "plain")
        .with("passgate.routing.rules[0].label", "plain")
        .with("passgate.routing.default-label", "main")
        .trust(issuer);
  }

  @AfterAll
  static void stop() {
    client.close();
    other.close();
    gateway.close();
    issuer.close();
    relay.close();
  }

  private static Map<String, String> bearer(String user, String... more) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + issuer.token(user).build());
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], more[i + 1]);
    }
    return headers;
  }

  private static Map<String, String> alice(String... more) {
    return bearer("alice", more);
  }

  private static PagedQuery post(String sql) {
    return PagedQuery.post(client, gateway.uri(), alice(), sql);
  }

  private static PagedQuery running() {
    return post(LONG).until(page -> page.has("partialCancelUri"));
  }

  private static HttpResponse<byte[]> send(String method, URI uri, Map<String, String> headers) {
    return PagedQuery.send(
        client,
        PagedQuery.request(uri, headers)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build(),
        HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void assertRefusedUnsent(
      String method, URI uri, Map<String, String> headers, int status) {
    long before = relay.sent();

    HttpResponse<byte[]> response = send(method, uri, headers);

    assertThat(response.statusCode()).as(uri.toString()).isEqualTo(status);
    assertThat(new String(response.body(), StandardCharsets.UTF_8))
        .doesNotContain("alice", "nextUri", "\"data\"");
    assertThat(relay.sent()).isEqualTo(before);
  }

  private static String target(URI uri) {
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + "?" + uri.getRawQuery();
  }

  private static String prefix(PagedQuery query) {
    String path = query.uri("infoUri").getRawPath();
    return path.substring(0, path.indexOf('/', 1));
  }

  /** Every URI in the pages of a query begins as clients call the gateway, and with the prefix. */
  private static void assertUrisBegin(PagedQuery query, String base) {
    String prefix = prefix(query);
    assertThat(prefix).matches(PREFIX);
    for (JsonNode page : query.pages()) {
      assertThat(page.get("infoUri").asString())
          .isEqualTo(base + prefix + "/ui/query.html?" + query.id());
      for (String field : List.of("nextUri", "partialCancelUri")) {
        if (page.has(field)) {
          assertThat(page.get(field).asString()).startsWith(base + prefix + "/v1/statement/");
        }
      }
      assertThat(page.toString()).doesNotContain("pg=");
    }
  }

  @Test
  void pagesHaveThePrefixOfTheirQuery() {
    PagedQuery query = post(MANY).toEnd();

    assertThat(query.rows()).hasSize(MANY_ROWS);
    assertThat(query.pages()).hasSizeGreaterThan(4);
    assertUrisBegin(query, gateway.uri().toString());
  }

  @Test
  void commandLineReadsManyPages() {
    TrinoCli.Result result =
        TrinoCli.to(gateway.tlsUri())
            .trust(gateway.certificate().certificatePem())
            .accessToken(issuer.token("alice").build())
            .execute("select current_user; " + MANY);

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().lines()).startsWith("\"alice\"").hasSize(1 + MANY_ROWS);
  }

  @Test
  void driverReadsManyPages() throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                JdbcUrl.withToken(
                    gateway.tlsUri(),
                    gateway.certificate().certificatePem(),
                    issuer.token("alice").build()));
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(MANY)) {
      int rows = 0;
      while (results.next()) {
        rows++;
      }
      assertThat(rows).isEqualTo(MANY_ROWS);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "identity"})
  void pagesPassAsTrinoSentThem(String encoding) throws IOException {
    PagedQuery query = post(MANY).until(page -> page.has("data"));
    // Trino keeps the page that it gave last.
    JsonNode before = query.pages().get(query.pages().size() - 2);
    URI uri = URI.create(before.get("nextUri").asString());

    HttpResponse<byte[]> through = send("GET", uri, alice("Accept-Encoding", encoding));

    HttpResponse<byte[]> direct =
        send(
            "GET",
            SharedTrino.second().uri().resolve(target(uri).substring(prefix(query).length())),
            Map.of("Accept-Encoding", encoding, "X-Trino-User", "alice"));
    assertThat(through.statusCode()).isEqualTo(200);
    assertThat(through.body()).hasSizeGreaterThan(10_000).isEqualTo(direct.body());
    boolean compressed = encoding.equals("gzip");
    assertThat(through.headers().allValues("Content-Encoding"))
        .isEqualTo(compressed ? List.of("gzip") : List.of())
        .isEqualTo(direct.headers().allValues("Content-Encoding"));
    byte[] text =
        compressed
            ? new GZIPInputStream(new ByteArrayInputStream(through.body())).readAllBytes()
            : through.body();
    assertThat(new String(text, StandardCharsets.UTF_8)).contains(gateway.uri() + prefix(query));
    query.toEnd();
  }

  @Test
  void whatIsNotTheOwnersIsRefusedUnsent() {
    PagedQuery query = running();

    assertRefusedUnsent("GET", query.uri("nextUri"), bearer("bob"), 403);
    assertRefusedUnsent("HEAD", query.uri("nextUri"), bearer("bob"), 403);
    assertRefusedUnsent("DELETE", query.uri("nextUri"), bearer("bob"), 403);
    assertRefusedUnsent("DELETE", query.uri("partialCancelUri"), bearer("bob"), 403);
    assertRefusedUnsent("GET", query.uri("nextUri"), Map.of(), 401);

    assertThat(query.advance()).isTrue();
    query.cancel();
  }

  @Test
  void alteredPrefixesAreRefusedUnsent() {
    PagedQuery query = post("select 1");
    PagedQuery another = post("select 2");
    String prefix = prefix(query);
    String path = query.uri("nextUri").getRawPath().substring(prefix.length());
    char last = prefix.charAt(prefix.length() - 1);
    String otherId = query.id().substring(0, 16) + "99999" + query.id().substring(21);

    for (String wrong :
        List.of(
            path,
            prefix(another) + path,
            prefix.replace(query.id(), another.id()) + path,
            prefix.replace(query.id(), otherId) + path.replace(query.id(), otherId),
            prefix + path.replace(query.id(), another.id()),
            prefix.substring(0, prefix.length() - 1) + (last == 'A' ? 'B' : 'A') + path,
            prefix.substring(0, 30) + "A".repeat(60) + path,
            prefix.substring(0, 30) + "A".repeat(60) + "/ui/query.html?" + query.id())) {
      assertRefusedUnsent("GET", gateway.uri().resolve(wrong), alice(), 403);
    }
    assertRefusedUnsent("GET", gateway.uri().resolve(prefix + prefix + path), alice(), 404);
    query.toEnd();
    another.toEnd();
  }

  @Test
  void aPrefixServesNothingElse() {
    PagedQuery query = running();
    String prefix = prefix(query);

    for (String path :
        List.of(
            "/",
            "/health",
            "/v1/statement",
            "/v1/info",
            "/v1/query",
            "/v1/query/" + query.id(),
            "/v1/task/x")) {
      URI uri = gateway.uri().resolve(prefix + path);
      assertRefusedUnsent("GET", uri, alice(), 404);
      assertRefusedUnsent("POST", uri, alice(), 404);
      assertRefusedUnsent("DELETE", uri, alice(), 404);
    }
    query.cancel();
  }

  @Test
  void heartbeatsArriveAndDeletesCancel() {
    PagedQuery query = running();

    assertThat(send("HEAD", query.uri("nextUri"), alice()).statusCode()).isEqualTo(200);
    query.cancel();

    StatementClient direct = new StatementClient(client, SharedTrino.second().uri());
    Poll.until(
        "the query to have ended in Trino",
        Duration.ofSeconds(60),
        () ->
            direct
                .run(
                    "select state, error_code from system.runtime.queries where query_id = '"
                        + query.id()
                        + "'",
                    "operator")
                .rows()
                .toString()
                .equals("[[\"FAILED\",\"USER_CANCELED\"]]"));
  }

  @Test
  void pagesAreNotAuditedAndCancellationIs() {
    try (CapturedLog log = CapturedLog.open()) {
      Map<String, String> auditor = bearer("auditor");
      PagedQuery query = PagedQuery.post(client, gateway.uri(), auditor, LONG);
      query.until(page -> page.has("partialCancelUri"));
      send("DELETE", query.uri("partialCancelUri"), auditor);

      // A line is written when the answer has ended, which a client may know before.
      Poll.until(
          "the line of the cancellation",
          Duration.ofSeconds(10),
          () -> audited(log).stream().anyMatch(line -> line.contains("\"method\":\"DELETE\"")));
      assertThat(audited(log))
          .hasSize(2)
          .allSatisfy(line -> assertThat(line).contains(query.id()))
          .anyMatch(line -> line.contains("\"event\":\"query\""));
    }
  }

  private static List<String> audited(CapturedLog log) {
    return log.of("passgate.audit").stream()
        .filter(line -> line.contains("\"user\":\"auditor\""))
        .toList();
  }

  @Test
  void eachReplicaServesWhatTheOtherGaveOut() {
    PagedQuery query = post(MANY);
    int rows = 0;
    URI replica = gateway.uri();
    JsonNode page = query.last();
    while (page.has("nextUri")) {
      replica = replica.equals(gateway.uri()) ? other.uri() : gateway.uri();
      URI next = URI.create(page.get("nextUri").asString());
      HttpResponse<byte[]> response = send("GET", replica.resolve(target(next)), alice());
      assertThat(response.statusCode()).isEqualTo(200);
      page = JSON.readTree(response.body());
      rows += page.path("data").size();
    }
    assertThat(rows).isEqualTo(MANY_ROWS);
  }

  /** As a replica gave it out that has not been told yet that the cluster writes its URIs. */
  @Test
  void aQueryFromBeforeTheClusterWasToldGoesOn() {
    PagedQuery query = post("select count(*) from tpch.tiny.orders");
    String path = query.uri("nextUri").getRawPath().substring(prefix(query).length());
    Map<String, String> headers = alice("Accept-Encoding", "gzip");
    String signed = TestSignatures.signedFor(path, headers.toString());
    assertThat(signed).startsWith(path + "?pg=");

    HttpResponse<byte[]> response = send("GET", gateway.uri().resolve(signed), headers);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(response.body()).get("nextUri").asString())
        .matches(gateway.uri() + PREFIX + "/v1/statement/.*");
    query.toEnd();
  }

  @Test
  void anotherClusterIsRewrittenBesideIt() {
    PagedQuery plain =
        PagedQuery.post(client, gateway.uri(), alice("X-Trino-Source", "plain"), MANY).toEnd();

    assertThat(plain.rows()).hasSize(MANY_ROWS);
    assertThat(plain.pages().getFirst().get("nextUri").asString())
        .matches(gateway.uri() + "/v1/statement/.*[?&]pg=[\\w-]{60}");
    assertThat(plain.uri("infoUri"))
        .isEqualTo(gateway.uri().resolve("/ui/query.html?" + plain.id()));
  }

  @Test
  void pagesNameTheConfiguredAddressWhateverTheClientSays() {
    Map<String, String> headers =
        alice(
            "Forwarded",
            "host=evil.example;proto=http",
            "X-Forwarded-Host",
            "evil.example",
            "X-Forwarded-Proto",
            "http",
            "X-Forwarded-Port",
            "666",
            "X-Forwarded-Prefix",
            "/evil");
    JsonNode page =
        PagedQuery.post(client, other.uri(), headers, "select count(*) from tpch.tiny.orders")
            .last();
    int pages = 0;
    while (page.has("nextUri")) {
      String next = page.get("nextUri").asString();
      assertThat(next).matches(EXTERNAL + PREFIX + "/v1/statement/.*");
      assertThat(page.get("infoUri").asString()).matches(EXTERNAL + PREFIX + "/ui/query\\.html.*");
      page =
          JSON.readTree(
              send("GET", other.uri().resolve(next.substring(EXTERNAL.length())), headers).body());
      pages++;
    }
    assertThat(pages).isGreaterThan(1);
    assertThat(page.path("error").isMissingNode()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "https, trino.example, https://trino.example",
    "http, trino.example, http://trino.example",
    "https, trino.example:8444, https://trino.example:8444",
    "https, '[::1]:8444', 'https://[0:0:0:0:0:0:0:1]:8444'"
  })
  void pagesNameWhatATrustedProxySays(String scheme, String host, String base) {
    Map<String, String> headers = alice("X-Forwarded-Proto", scheme, "X-Forwarded-Host", host);
    URI first = PagedQuery.post(client, gateway.uri(), headers, "select 1").uri("nextUri");

    JsonNode page =
        JSON.readTree(send("GET", gateway.uri().resolve(first.getRawPath()), headers).body());

    assertThat(page.get("nextUri").asString()).matches(Pattern.quote(base) + PREFIX + "/v1/.*");
    assertThat(page.get("infoUri").asString()).startsWith(base + "/~");
  }

  @Test
  void infoUriShowsTheQuery() {
    assumeTrue(HeadlessChromium.isInstalled(), "Chromium is not installed");
    PagedQuery query = post("select 'shown on its page'").toEnd();
    URI uri = query.uri("infoUri");

    try (HeadlessChromium browser = HeadlessChromium.start().with(alice())) {
      browser.open(uri);

      assertThat(browser.awaitText("body", "FINISHED"))
          .contains(query.id(), "shown on its page", "alice");
      assertThat(browser.requests())
          .hasSizeGreaterThan(5)
          .allSatisfy(
              asked -> assertThat(asked.getAuthority()).isEqualTo(gateway.uri().getAuthority()))
          // Its scripts ask /ui/api without the prefix, by the id of the query.
          .filteredOn(asked -> !asked.getPath().startsWith("/ui/api/"))
          .allSatisfy(asked -> assertThat(asked.getPath()).startsWith(prefix(query) + "/ui/"));
      assertThat(browser.answers())
          .allSatisfy(answer -> assertThat(answer.status()).isLessThan(400));
      assertThat(browser.complaints()).isEmpty();
    }
    // Trino decides what it shows to whom, also to who has no such query.
    assertThat(send("GET", uri, bearer("bob")).statusCode()).isEqualTo(200);
    assertThat(send("GET", uri, Map.of()).statusCode()).isEqualTo(401);
  }
}
