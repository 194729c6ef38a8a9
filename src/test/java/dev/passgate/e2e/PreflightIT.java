package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that ask about another one: HEAD, and the preflights of browsers. */
class PreflightIT {

  private static final String PAGE = "https://notebook.example";

  private static String preflight(String target, String origin) {
    return GuardedOrigin.request(
        "OPTIONS",
        target,
        "Origin: " + origin,
        "Access-Control-Request-Method: POST",
        "Access-Control-Request-Headers: authorization,x-trino-catalog");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/statement", "/v1/statement/executing/x/y/1"})
  void refusesHeadWithoutABody(String path) {
    try (GuardedOrigin guarded = GuardedOrigin.start()) {
      guarded.reset();
      String expired = guarded.issuer().token("alice").audience("other").build();
      for (String line :
          new String[] {
            "Accept: */*", "Authorization: Bearer " + expired, "Authorization: Basic YTpi"
          }) {
        try (RawHttp connection = guarded.connect()) {
          RawResponse answer =
              connection.send(GuardedOrigin.request("HEAD", path, line)).readHeadOnly();
          assertThat(answer.status()).isEqualTo(401);
          assertThat(answer.headers("WWW-Authenticate")).isNotEmpty();

          // A body would be read as the beginning of the next answer.
          RawResponse next = connection.send(GuardedOrigin.request("GET", "/health")).read();
          assertThat(next.status()).isEqualTo(200);
        }
      }
      guarded.assertNothingArrived();
    }
  }

  @Test
  void letsNoPreflightThrough() {
    try (GuardedOrigin guarded = GuardedOrigin.start()) {
      guarded.reset();
      for (String target : new String[] {"/v1/statement", "/v1/info", "/nowhere"}) {
        RawResponse answer = guarded.exchange(preflight(target, PAGE));

        assertThat(answer.status()).isIn(401, 403, 404);
        assertThat(answer.headers("Access-Control-Allow-Origin")).isEmpty();
      }
      guarded.assertNothingArrived();
    }
  }
}
