package dev.passgate.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.issuer.TokenBuilder;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Those who must not get in. */
final class Strangers {

  /** On the deny list from the first to the last moment. */
  static final String DENIED = "denied";

  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** The kinds of credentials whose signature has to be looked at. */
  private static final Set<Integer> OF_AN_ISSUER = Set.of(0, 1, 4, 5);

  private final Site site;

  Strangers(Site site) {
    this.site = site;
  }

  /** Credentials of no use, each of another kind. */
  void wrongCredential(Attempt attempt) throws Exception {
    attempt.answeredByTheGateway();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    TokenBuilder token = site.token(0, "alice");
    int kind = random.nextInt(8);
    if (OF_AN_ISSUER.contains(kind)) {
      attempt.tokenOf(site.issuers().getFirst().name());
    }
    String authorization =
        switch (kind) {
          case 0 -> "Bearer " + token.expiresIn(Duration.ofHours(-1)).build();
          case 1 -> "Bearer " + token.audience("another").build();
          case 2 -> "Bearer " + token.claim("iss", strange(random)).build();
          case 3 -> "Bearer " + token.buildUnsigned();
          case 4 -> "Bearer " + site.token(0, DENIED).build();
          case 5 -> "Bearer " + tampered(token.build());
          case 6 -> Site.basic(Site.PASSWORD_USER, "wrong " + random.nextInt(1_000));
          default -> "Bearer " + Long.toString(random.nextLong(), 36);
        };
    HttpResponse<String> answer =
        site.client()
            .send(
                Pages.request(site.at("/v1/query"), Map.of("Authorization", authorization)).build(),
                BodyHandlers.ofString());
    if (answer.statusCode() == 503) {
      // right where the key is not known yet, whatever else there is to say of the token
      throw new Failed(503, "credential of kind " + kind);
    }
    if (answer.statusCode() != 401) {
      throw new AssertionError("credential of kind " + kind + ": " + answer.statusCode());
    }
  }

  private static String strange(ThreadLocalRandom random) {
    return "https://" + random.nextLong() + ".example";
  }

  private static String tampered(String token) {
    int last = token.lastIndexOf('.') + 20;
    char other = token.charAt(last) == 'A' ? 'B' : 'A';
    return token.substring(0, last) + other + token.substring(last + 1);
  }

  /** Bytes that are no request, or none that anybody should answer well. */
  void garbage(Attempt attempt) {
    attempt.answeredByTheGateway();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    String head = " HTTP/1.1\r\nHost: localhost\r\n";
    List<String> requests =
        List.of(
            noise() + "\r\n\r\n",
            "GET /" + noise().replaceAll("[^!-~]", "%") + head + "\r\n",
            "GET /v1/../v1/info" + head + "\r\n",
            "GET /v1//statement/queued/%2e%2e/" + random.nextInt() + head + "\r\n",
            "POST /v1/statement" + head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /query" + head + "Content-Length: -" + random.nextInt(1_000) + "\r\n\r\n",
            "GET /v1/query" + head + noise().replaceAll("[\r\n]", "") + "\r\n\r\n",
            "GET /no/such/" + random.nextLong() + head + "\r\n",
            "GET /v1/info HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    try (RawHttp connection = RawHttp.connect(site.gateway().uri())) {
      RawResponse answer =
          connection
              .limit(LIMIT)
              .send(requests.get(random.nextInt(requests.size())))
              .finishSending()
              .read();
      assertThat(answer.status()).isBetween(400, 505).isNotIn(500, 502, 503, 504);
    } catch (UncheckedIOException e) {
      // closed without a word, which is as good
    }
  }

  private static String noise() {
    byte[] bytes = new byte[ThreadLocalRandom.current().nextInt(1, 400)];
    ThreadLocalRandom.current().nextBytes(bytes);
    return new String(bytes, ISO_8859_1);
  }
}
