package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.affinity.TestSignatures;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * An origin that answers every request with what it saw of it, behind a gateway that trusts one
 * issuer. Attacks go to the gateway; what got through is read at the origin.
 */
final class GuardedOrigin implements AutoCloseable {

  static final String HOST = "trino.example:8888";
  static final String USER = "alice";

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String MARK = "/ui/after-the-attack";

  private final LocalIssuer issuer;
  private final RecordingOrigin origin;
  private final Gateway gateway;
  private final String token;

  private GuardedOrigin(LocalIssuer issuer, RecordingOrigin origin, Gateway gateway) {
    this.issuer = issuer;
    this.origin = origin;
    this.gateway = gateway;
    this.token = issuer.token(USER).build();
  }

  static GuardedOrigin start() {
    return start(settings -> settings);
  }

  static GuardedOrigin start(UnaryOperator<Gateway.Builder> settings) {
    LocalIssuer issuer = LocalIssuer.start("acme");
    RecordingOrigin origin = RecordingOrigin.start();
    return new GuardedOrigin(
        issuer, origin, settings.apply(Gateway.inFrontOf(origin.uri()).trust(issuer)).start());
  }

  LocalIssuer issuer() {
    return issuer;
  }

  RecordingOrigin origin() {
    return origin;
  }

  Gateway gateway() {
    return gateway;
  }

  /** A good token of {@link #USER}, always the same one. */
  String token() {
    return token;
  }

  /** The header line with the good token. */
  String authorization() {
    return "Authorization: Bearer " + token;
  }

  /** To be called before each test. */
  void reset() {
    origin.reset();
    origin.respondWith(GuardedOrigin::echo);
  }

  RawHttp connect() {
    return RawHttp.connect(gateway.uri());
  }

  /**
   * A request with Host and the lines, and no body. The path of a page is signed for the user of
   * the token in the lines.
   */
  static String request(String method, String target, String... lines) {
    return withBody(method, target, "", lines);
  }

  /** A request with Host and the lines, and a body of a declared length unless it is empty. */
  static String withBody(String method, String target, String body, String... lines) {
    String signed = TestSignatures.signedFor(target, String.join("\n", lines));
    StringBuilder request = new StringBuilder(method + " " + signed + " HTTP/1.1\r\n");
    request.append("Host: ").append(HOST).append("\r\n");
    for (String line : lines) {
      request.append(line).append("\r\n");
    }
    if (!body.isEmpty()) {
      request.append("Content-Length: ").append(body.length()).append("\r\n");
    }
    return request.append("\r\n").append(body).toString();
  }

  /** Sends on a connection of its own and reads one response. */
  RawResponse exchange(String request) {
    return RawHttp.exchange(gateway.uri(), request);
  }

  /** The one request that reached the origin. */
  RecordedRequest onlyArrival() {
    assertThat(origin.requests()).hasSize(1);
    return origin.requests().getFirst();
  }

  /**
   * Nothing reached the origin, nor is it on the way: a good request sent now is the first that the
   * origin sees.
   */
  void assertNothingArrived() {
    assertArrived();
  }

  /** Exactly these reached the origin, written as method, target and user. */
  void assertArrived(String... arrivals) {
    RawResponse answer = exchange(request("GET", MARK, authorization()));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    List<String> seen = origin.awaitRequests(1, LIMIT).stream().map(GuardedOrigin::told).toList();
    assertThat(seen.getLast()).isEqualTo("GET " + MARK + " " + List.of(USER));
    assertThat(seen.subList(0, seen.size() - 1)).containsExactly(arrivals);
  }

  /** Method, target and users of a request, as the origin's answers show them too. */
  static String told(RecordedRequest request) {
    return request.method() + " " + request.target() + " " + request.headers("X-Trino-User");
  }

  private static OriginResponse echo(RecordedRequest request) {
    return request.method().equals("HEAD")
        ? OriginResponse.raw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        : OriginResponse.of(200, told(request), "Content-Type: text/plain");
  }

  @Override
  public void close() {
    gateway.close();
    origin.close();
    issuer.close();
  }
}
