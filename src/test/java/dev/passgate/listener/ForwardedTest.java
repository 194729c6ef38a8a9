package dev.passgate.listener;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpHeaders;

class ForwardedTest {

  @Test
  void saysNothingWithoutHeaders() {
    assertThat(Forwarded.of(new HttpHeaders())).isEqualTo(new Forwarded(null, null));
    assertThat(Forwarded.hops(new HttpHeaders())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          proto=https;host=a.example                    | https | a.example
          PROTO=HTTPS;Host=a.example                    | https | a.example
          host="a.example:8443" ; proto="https"         | https | a.example:8443
          for=192.0.2.1;host="[2001:db8::1]:8443"       | null  | [2001:db8::1]:8443
          host=evil.example, host=a.example;proto=https | https | a.example
          host=evil.example;proto=https, for=192.0.2.1  | null  | null
          for="x, host=evil.example, proto=http         | http  | null
          host=a.example;host=evil.example              | null  | a.example
          xhost=a.example;protohost=b.example           | null  | null
          proto=ftp;host=a.example                      | null  | a.example
          proto=https;host=a b                          | https | null
          proto=https;host=a.example/path               | https | null
          proto=https;host=user@a.example               | https | null
          proto=https;host=a.example:99999              | https | null
          proto=https;host="                            | https | null
          proto=https;host=""                           | https | null
          proto=https;host=                             | https | null
          proto=https;host=a.example,                   | https | a.example
          """)
  void readsTheLastElementOfForwarded(String value, @Nullable String proto, @Nullable String host) {
    assertThat(Forwarded.of(headers("Forwarded", value))).isEqualTo(new Forwarded(proto, host));
  }

  @Test
  void readsTheLastOfSeveralHeaders() {
    assertThat(
            Forwarded.of(
                headers(
                    "Forwarded", "host=evil.example;proto=http",
                    "Forwarded", "host=a.example;proto=https")))
        .isEqualTo(new Forwarded("https", "a.example"));
    assertThat(
            Forwarded.of(
                headers(
                    "X-Forwarded-Host", "evil.example",
                    "X-Forwarded-Host", "b.example, a.example",
                    "X-Forwarded-Proto", "http, https")))
        .isEqualTo(new Forwarded("https", "a.example"));
  }

  @Test
  void believesNeitherFamilyWhereBothAreThere() {
    assertThat(
            Forwarded.of(
                headers(
                    "X-Forwarded-Host", "b.example",
                    "X-Forwarded-Proto", "http",
                    "Forwarded", "proto=https")))
        .isEqualTo(new Forwarded(null, null));
    assertThat(
            Forwarded.hops(
                headers("X-Forwarded-For", "192.0.2.1", "Forwarded", "for=198.51.100.7")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "null",
      textBlock =
          """
          https | a.example          | null  | https | a.example
          HTTPS | a.example          | 443   | https | a.example
          https | a.example          | 8443  | https | a.example:8443
          http  | a.example          | 80    | http  | a.example
          http  | a.example          | 443   | http  | a.example:443
          https | a.example          | 80    | https | a.example:80
          https | a.example:9443     | 8443  | https | a.example:9443
          https | [2001:db8::1]      | 8443  | https | [2001:db8::1]:8443
          https | [2001:db8::1]:9443 | 8443  | https | [2001:db8::1]:9443
          https | a.example          | 0     | https | a.example
          https | a.example          | 99999 | https | a.example
          https | a.example          | 84x   | https | a.example
          https | a.example          | 1, 2  | https | a.example:2
          https | null               | 8443  | https | null
          ws    | a.example          | null  | null  | a.example
          https | a/example          | null  | https | null
          """)
  void readsTheXForwardedHeaders(
      String proto,
      @Nullable String host,
      @Nullable String port,
      @Nullable String expectedProto,
      @Nullable String expectedHost) {
    HttpHeaders headers = headers("X-Forwarded-Proto", proto);
    if (host != null) {
      headers.set("X-Forwarded-Host", host);
    }
    if (port != null) {
      headers.set("X-Forwarded-Port", port);
    }

    assertThat(Forwarded.of(headers)).isEqualTo(new Forwarded(expectedProto, expectedHost));
  }

  @Test
  void listsTheHopsOfForwarded() {
    assertThat(
            Forwarded.hops(
                headers(
                    "Forwarded", "for=192.0.2.1, for=\"192.0.2.2:4711\";proto=https",
                    "Forwarded", "for=\"[2001:db8::1]:80\", for=\"[2001:db8::2]\", proto=http")))
        .containsExactly("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "");
  }

  @Test
  void listsTheHopsOfXForwardedFor() {
    assertThat(
            Forwarded.hops(
                headers(
                    "X-Forwarded-For", "unknown, 192.0.2.1",
                    "X-Forwarded-For", " 192.0.2.2:80 ,2001:db8::1,[2001:db8::2]:80,[broken")))
        .containsExactly(
            "unknown", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2", "[broken");
  }

  private static HttpHeaders headers(String... namesAndValues) {
    HttpHeaders headers = new HttpHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return headers;
  }
}
