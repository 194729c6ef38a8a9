package dev.passgate.gate;

import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;

/** Requests that ask to be let in, as the listener hands them over. */
public final class TestApproaches {

  public static final String ORIGIN = "https://gateway.example";

  private TestApproaches() {}

  /** A POST of a statement without a client certificate. */
  public static Approach of(HttpHeaders headers) {
    return of(HttpMethod.POST, headers);
  }

  static Approach of(HttpMethod method, HttpHeaders headers) {
    return new Approach(method, headers, () -> null, () -> "192.0.2.1", "statement", () -> ORIGIN);
  }

  static Approach of(String name, @Nullable String value) {
    HttpHeaders headers = new HttpHeaders();
    if (value != null) {
      headers.add(name, value);
    }
    return of(headers);
  }
}
