package dev.passgate.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginTest {

  @ParameterizedTest
  @CsvSource({
    "http://trino:8080, http://trino:8080",
    "HTTP://Trino:8080/, http://trino:8080",
    "http://trino, http://trino",
    "http://trino:80, http://trino",
    "http://trino:, http://trino",
    "https://trino:443/, https://trino",
    "https://trino:80, https://trino:80",
    "http://trino:08080, http://trino:8080",
    "http://trino_1:8080, http://trino_1:8080",
    "http://127.0.0.1:8080, http://127.0.0.1:8080",
    "http://[::1]:8080, http://[0:0:0:0:0:0:0:1]:8080",
    "http://[2001:DB8::1], http://[2001:db8:0:0:0:0:0:1]"
  })
  void normalizes(String text, String normalized) {
    assertThat(Origin.parse(text)).hasToString(normalized).isEqualTo(Origin.parse(normalized));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "trino:8080",
        "//trino:8080",
        "http:/trino",
        "http:trino",
        "http://",
        "http://:8080",
        "ftp://trino",
        "http://trino/v1",
        "http://trino?x",
        "http://trino#x",
        "http://u@trino:8080",
        "http://trino:0",
        "http://trino:65536",
        "http://trino:123456",
        "http://trino:-1",
        "http://trino:80x",
        "http://trino:80:80",
        "http://trino\\",
        "http://tri no",
        "http://tr%69no",
        "http://trinö",
        "http://[::1",
        "http://::1",
        "http://[::1%25eth0]",
        "http://[trino]",
        "http://[1.2.3.4]",
        "http://[]",
        "http://[::1]x:80",
        " http://trino",
        "http://trino "
      })
  void refusesWhatIsNoOrigin(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Origin.parse(text));
  }

  @ParameterizedTest
  @CsvSource({
    "http://trino:8080/v1/statement?a#b, http://trino:8080",
    "http://trino:8080?a, http://trino:8080",
    "http://trino:8080#a, http://trino:8080",
    "http://trino:8080/@evil, http://trino:8080",
    "http://trino/a:b]c, http://trino",
    "http://trino:8080/a\\b, http://trino:8080"
  })
  void findsTheOriginOfAUri(String uri, String origin) {
    assertThat(Origin.of(uri)).isEqualTo(Origin.parse(origin));
  }

  @Test
  void checksItsParts() {
    assertThat(new Origin("HTTPS", "Trino", 443)).isEqualTo(Origin.parse("https://trino"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Origin("ftp", "trino", 21));
    assertThatIllegalArgumentException().isThrownBy(() -> new Origin("http", "tri/no", 80));
    assertThatIllegalArgumentException().isThrownBy(() -> new Origin("http", "trino", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Origin("http", "x".repeat(256), 80));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://localhost", "http://LOCALHOST:1", "http://127.0.0.1", "http://[::1]:80"})
  void knowsThisMachine(String uri) {
    assertThat(Origin.parse(uri).isLoopback()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://trino",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "http://128.0.0.1",
        "http://[::2]",
        "http://0.0.0.0"
      })
  void knowsNoOtherAsThisMachine(String uri) {
    assertThat(Origin.parse(uri).isLoopback()).isFalse();
  }
}
