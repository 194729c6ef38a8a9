package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.Relay;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.storage.S3Store;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.SpoolingTrino;
import dev.passgate.testing.trino.SpoolingTrino.Retrieval;
import dev.passgate.testing.trino.SpoolingTrinos;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Results that a real Trino spools, in each way in which clients get them. */
@ParameterizedClass
@SuppressWarnings(
    "NullAway.Init") // it knows the methods that come before all, not those per parameter
@EnumSource(Retrieval.class)
class SpooledProtocolIT {

  private static final String ENCODING = "X-Trino-Query-Data-Encoding";
  private static final String SQL = "select orderkey, comment from tpch.tiny.orders";

  private static S3Store store;
  private static LocalIssuer issuer;
  private static HttpClient client;

  private static SpoolingTrino trino;
  private static Relay relay;
  private static Gateway gateway;

  private final Retrieval retrieval;

  SpooledProtocolIT(Retrieval retrieval) {
    this.retrieval = retrieval;
  }

  @BeforeAll
  static void start() {
    store = SpoolingTrinos.store();
    issuer = LocalIssuer.start("acme");
    client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  }

  @AfterAll
  static void stop() {
    client.close();
    issuer.close();
  }

  @BeforeParameterizedClassInvocation
  static void startGateway(Retrieval retrieval) {
    trino = SpoolingTrinos.get(retrieval);
    relay = Relay.to(trino.uri());
    gateway =
        Gateway.inFrontOf(relay.uri()).trust(issuer).tls(SelfSignedCertificate.create()).start();
  }

  @AfterParameterizedClassInvocation
  static void stopGateway() {
    gateway.close();
    relay.close();
    trino.close();
  }

  /** The spooled segments of a query that alice runs through the gateway. */
  private static List<JsonNode> segments() {
    Map<String, String> headers =
        Map.of("Authorization", "Bearer " + issuer.token("alice").build(), ENCODING, "json");
    List<JsonNode> segments = new ArrayList<>();
    for (JsonNode page : PagedQuery.post(client, gateway.uri(), headers, SQL).toEnd().pages()) {
      page.path("data").path("segments").forEach(segments::add);
    }
    assertThat(segments)
        .hasSizeGreaterThan(3)
        .allSatisfy(segment -> assertThat(segment.path("type").asString("")).isEqualTo("spooled"));
    return segments;
  }

  private static URI uri(JsonNode segment, String field) {
    return URI.create(segment.get(field).asString());
  }

  /** Asks for a segment as clients do: with what it says itself, and without a credential. */
  private static HttpResponse<byte[]> get(URI uri, JsonNode segment) {
    Map<String, String> headers = new HashMap<>();
    segment
        .path("headers")
        .properties()
        .forEach(header -> headers.put(header.getKey(), header.getValue().get(0).asString()));
    headers.put("Accept-Encoding", "identity");
    return PagedQuery.send(
        client, PagedQuery.request(uri, headers).build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  /** As above, and follows redirects, which lead away from where a client can go only to fail. */
  private static HttpResponse<byte[]> download(URI uri, JsonNode segment) {
    HttpResponse<byte[]> response = get(uri, segment);
    for (int i = 0; i < 3 && response.statusCode() == 303; i++) {
      response = get(location(response), segment);
    }
    return response;
  }

  private static URI location(HttpResponse<?> response) {
    return response.uri().resolve(response.headers().firstValue("Location").orElseThrow());
  }

  /** What Trino itself calls something that the gateway signed. */
  private static URI atTrino(URI signed) {
    return trino.uri().resolve(signed.getRawPath());
  }

  private boolean isFromStore() {
    return retrieval == Retrieval.STORAGE;
  }

  private static void assertSigned(URI uri) {
    assertThat(uri.getAuthority()).isEqualTo(gateway.uri().getAuthority());
    assertThat(uri.getRawQuery()).matches("(worker=[\\w-]+&)?pg=[\\w-]{60}");
  }

  @Test
  void driverReadsAllRows() throws SQLException {
    String through =
        JdbcUrl.withToken(
                gateway.tlsUri(),
                gateway.certificate().certificatePem(),
                issuer.token("alice").build())
            + "&encoding=json%2Bzstd";

    List<String> rows = rows(through);

    assertThat(rows).hasSize(15_000);
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(rows(JdbcUrl.withUser(trino.uri(), "alice")));
  }

  private static List<String> rows(String url) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection(url);
        ResultSet results = connection.createStatement().executeQuery(SQL)) {
      while (results.next()) {
        rows.add(results.getLong(1) + " " + results.getString(2));
      }
    }
    return rows;
  }

  @Test
  void segmentsAreTheGatewaysOrTheStores() {
    assertThat(segments())
        .allSatisfy(
            segment -> {
              assertSigned(uri(segment, "ackUri"));
              if (isFromStore()) {
                assertThat(uri(segment, "uri").getAuthority())
                    .isEqualTo(store.uri().getAuthority());
              } else {
                assertSigned(uri(segment, "uri"));
              }
            });
  }

  @Test
  void segmentsComeAsTrinoSendsThem() {
    for (JsonNode segment : segments()) {
      URI uri = uri(segment, "uri");

      HttpResponse<byte[]> through = download(uri, segment);

      HttpResponse<byte[]> direct = download(isFromStore() ? uri : atTrino(uri), segment);
      assertThat(direct.statusCode()).isEqualTo(200);
      assertThat(through.statusCode()).isEqualTo(200);
      assertThat(through.body()).isEqualTo(direct.body());
    }
  }

  @Test
  void noWorkerIsNamed() {
    assumeTrue(retrieval == Retrieval.WORKER_PROXY, "there is no worker");
    JsonNode segment = segments().getFirst();
    String worker = trino.workerUri().getAuthority();
    assertThat(location(get(atTrino(uri(segment, "uri")), segment)).getAuthority())
        .isEqualTo(worker);

    HttpResponse<byte[]> through = get(uri(segment, "uri"), segment);

    assertThat(URLDecoder.decode(through.headers().map().toString(), StandardCharsets.UTF_8))
        .doesNotContain(worker);
    if (through.statusCode() == 303) {
      assertSigned(location(through));
    }
    assertThat(segment.toString()).doesNotContain(worker);
  }

  @Test
  void redirectToTheStoreIsLeftAlone() {
    assumeTrue(
        retrieval == Retrieval.COORDINATOR_STORAGE_REDIRECT, "there is no redirect to the store");
    JsonNode segment = segments().getFirst();

    HttpResponse<byte[]> through = get(uri(segment, "uri"), segment);

    assertThat(through.statusCode()).isEqualTo(303);
    assertThat(location(through).getAuthority()).isEqualTo(store.uri().getAuthority());
  }

  @Test
  void alteredUrisAreRefusedUnsent() {
    List<JsonNode> segments = segments();
    List<URI> signed = new ArrayList<>();
    for (String field : isFromStore() ? List.of("ackUri") : List.of("uri", "ackUri")) {
      URI first = uri(segments.getFirst(), field);
      String other = uri(segments.getLast(), field).getRawPath();
      String token = first.getRawQuery();
      signed.add(gateway.uri().resolve(first.getRawPath()));
      signed.add(gateway.uri().resolve(other + "?" + token));
      signed.add(gateway.uri().resolve(first.getRawPath() + "?" + altered(token)));
      signed.add(gateway.uri().resolve(first.getRawPath() + "?" + token + "&more=1"));
      signed.add(gateway.uri().resolve(first.getRawPath() + "x?" + token));
    }
    long before = relay.sent();

    for (URI uri : signed) {
      assertThat(get(uri, segments.getFirst()).statusCode()).as(uri.toString()).isBetween(400, 404);
    }

    assertThat(relay.sent()).isEqualTo(before);
  }

  private static String altered(String token) {
    int middle = token.length() / 2;
    char other = token.charAt(middle) == 'A' ? 'B' : 'A';
    return token.substring(0, middle) + other + token.substring(middle + 1);
  }

  @Test
  void acknowledgedSegmentsAreGone() {
    List<JsonNode> segments = segments();
    long before = store.objects(SpoolingTrino.BUCKET);

    for (JsonNode segment : segments) {
      HttpResponse<byte[]> acknowledged = get(uri(segment, "ackUri"), segment);
      assertThat(acknowledged.statusCode()).isEqualTo(200);
    }

    assertThat(store.objects(SpoolingTrino.BUCKET)).isLessThanOrEqualTo(before - segments.size());
    assertThat(download(uri(segments.getFirst(), "uri"), segments.getFirst()).statusCode())
        .isNotEqualTo(200);
  }
}
