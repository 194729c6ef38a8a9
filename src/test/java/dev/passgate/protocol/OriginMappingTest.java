package dev.passgate.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginMappingTest {

  private static final OriginMapping MAPPING = Rewriting.MAPPING;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "http://trino:8080/v1/statement/queued/x/y/1, https://gateway.example/v1/statement/queued/x/y/1",
        "HTTP://TRINO:8080/v1, https://gateway.example/v1",
        "http://trino:8080, https://gateway.example",
        "http://trino:8080/, https://gateway.example/",
        "http://trino:8080?a=b, https://gateway.example?a=b",
        "http://trino:8080/ui#/queries/x, https://gateway.example/ui#/queries/x",
        "http://trino:8080/a/../b//c?d=%2f&e= #f, https://gateway.example/a/../b//c?d=%2f&e= #f",
        "http://trino:8080/@evil\\\\\\\"é, https://gateway.example/@evil\\\\\\\"é"
      })
  void replacesTheOriginAndKeepsTheRest(String uri, String expected) {
    assertThat(MAPPING.map(UriField.NEXT_URI, uri)).isEqualTo(expected);
    assertThat(MAPPING.concerns(UriField.NEXT_URI, uri)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://trino:8080@evil/",
        "http://trino:8080:80@evil/",
        "http://user@trino:8080/",
        "http://@trino:8080/",
        "http://trino:80801/",
        "http://trino:8080.evil/",
        "http://trino:8080\\@evil/",
        "http://trino:8080\\/",
        "http:\\\\trino:8080/",
        "http://trino.evil:8080/",
        "http://eviltrino:8080/",
        "http://trino/",
        "http://trino:80/",
        "https://trino:8080/",
        "http://trino:8080%2F",
        "http://trin%6F:8080/",
        "http://trino.:8080/",
        "http:/trino:8080/",
        "http:trino:8080/",
        "//trino:8080/",
        "/v1/statement",
        "trino:8080",
        "",
        " http://trino:8080/",
        "http://trino :8080/",
        "http://trino:8080 /",
        "http://trino:8080;x/",
        "http://trıno:8080/",
        "ttp://trino:8080/",
        "xhttp://trino:8080/",
        "ws://trino:8080/"
      })
  void leavesWhatIsNotBeyondDoubtOfTheCluster(String uri) {
    assertThat(MAPPING.map(UriField.NEXT_URI, uri)).isNull();
    assertThat(MAPPING.concerns(UriField.NEXT_URI, uri)).isFalse();
  }

  @Test
  void knowsTheDefaultPort() {
    Origin external = Origin.parse("https://gateway.example:8443");
    OriginMapping plain = new OriginMapping(Origin.parse("http://trino:80"), external);
    OriginMapping secure = new OriginMapping(Origin.parse("https://trino"), external);

    assertThat(plain.map(UriField.NEXT_URI, "http://trino/x"))
        .isEqualTo("https://gateway.example:8443/x");
    assertThat(plain.map(UriField.NEXT_URI, "http://trino:80/x"))
        .isEqualTo("https://gateway.example:8443/x");
    assertThat(secure.map(UriField.NEXT_URI, "https://trino:443/x"))
        .isEqualTo("https://gateway.example:8443/x");
    assertThat(secure.map(UriField.NEXT_URI, "https://trino:80/x")).isNull();
  }

  @Test
  void knowsEveryNameOfACluster() {
    OriginMapping mapping =
        new OriginMapping(
            Set.of(Origin.parse("http://[::1]:8080"), Origin.parse("http://localhost:8080")),
            Origin.parse("http://[2001:db8::2]"));

    assertThat(mapping.map(UriField.NEXT_URI, "http://[0:0::1]:8080/x"))
        .isEqualTo("http://[2001:db8:0:0:0:0:0:2]/x");
    assertThat(mapping.map(UriField.NEXT_URI, "http://LOCALHOST:8080/x")).isNotNull();
    assertThat(mapping.map(UriField.NEXT_URI, "http://127.0.0.1:8080/x")).isNull();
  }
}
