package dev.passgate.validate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

class AskedMethodTest {

  private static HttpMethod of(String own, boolean complete, String... told) {
    HttpHeaders headers = new HttpHeaders();
    for (String line : told) {
      int colon = line.indexOf(':');
      headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return AskedMethod.of(HttpMethod.valueOf(own), headers, complete);
  }

  @ParameterizedTest
  @CsvSource({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void isTheProxysOwnWhereItAsksWithThePath(String method) {
    assertThat(of(method, true)).isEqualTo(HttpMethod.valueOf(method));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, X-Forwarded-Method: GET, GET",
    "GET, X-Forwarded-Method: HEAD, GET",
    "GET, X-Forwarded-Method: POST, POST",
    "GET, X-Original-Method: DELETE, POST",
    "POST, X-Forwarded-Method: GET, POST",
    "GET, X-Forwarded-Method: get, POST",
    "GET, 'X-Forwarded-Method: GET, POST', POST",
    "GET, X-Forwarded-Method:, POST",
    "GET, X-Forwarded-Method: nonsense, POST"
  })
  void isWhatTheProxyTells(String own, String told, String method) {
    assertThat(of(own, false, told)).isEqualTo(HttpMethod.valueOf(method));
    assertThat(of(own, true, told)).isEqualTo(HttpMethod.valueOf(method));
  }

  @Test
  void isThatWhichChangesSomethingOfTwo() {
    assertThat(of("GET", true, "X-Forwarded-Method: GET", "X-Forwarded-Method: POST"))
        .isEqualTo(HttpMethod.POST);
    assertThat(of("GET", true, "X-Forwarded-Method: GET", "X-Original-Method: PUT"))
        .isEqualTo(HttpMethod.POST);
  }

  /** As nginx asks that was not told to tell it. */
  @Test
  void isOneThatChangesSomethingWhereItIsNotKnown() {
    assertThat(of("GET", false)).isEqualTo(HttpMethod.POST);
    assertThat(of("DELETE", false)).isEqualTo(HttpMethod.DELETE);
  }
}
