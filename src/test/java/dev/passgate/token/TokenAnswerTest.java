package dev.passgate.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.token.TokenOutcome.Denied;
import dev.passgate.token.TokenOutcome.Granted;
import dev.passgate.token.TokenOutcome.Unavailable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenAnswerTest {

  private static TokenOutcome read(int status, String body) {
    return TokenAnswer.read(
        status, "application/json;charset=UTF-8", body.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void passesOnWhatTheRfcsName() {
    assertThat(
            read(
                200,
                """
                {"access_token": "a.b.c", "expires_in": 300, "token_type": "Bearer", "scope": "x",
                 "not-before-policy": 0, "refresh_token": "r", "extra": {"a": [1]}}
                """))
        .isEqualTo(
            new Granted(
                Map.of(
                    "access_token", "a.b.c",
                    "token_type", "Bearer",
                    "expires_in", 300L,
                    "scope", "x",
                    "refresh_token", "r")));
  }

  @Test
  void makesANumberOfSecondsThatAreWrittenAsText() {
    assertThat(read(200, "{\"access_token\":\"a\",\"token_type\":\"b\",\"expires_in\":\"3599\"}"))
        .isEqualTo(
            new Granted(Map.of("access_token", "a", "token_type", "b", "expires_in", 3599L)));
    assertThat(read(200, "{\"access_token\":\"a\",\"token_type\":\"b\"}"))
        .isEqualTo(new Granted(Map.of("access_token", "a", "token_type", "b")));
  }

  @ParameterizedTest
  @CsvSource({"400, 400", "401, 401", "403, 400", "404, 400", "422, 400"})
  void passesOnTheErrorsOfOAuth(int status, int answered) {
    assertThat(
            read(
                status,
                "{\"error\":\"invalid_client\",\"error_description\":\"no \\r\\n such\",\"x\":1}"))
        .isEqualTo(new Denied(answered, "invalid_client", "no \r\n such", null));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{\"access_token\":\"a\"}",
        "{\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":1,\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"a\\r\\nb\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"a\u00fc\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"a\",\"token_type\":null}",
        "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":-1}",
        "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":1.5}",
        "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"expires_in\":\"soon\"}",
        "{\"access_token\":\"a\",\"access_token\":\"b\",\"token_type\":\"Bearer\"}",
        "{\"access_token\":\"a\",\"token_type\":\"Bearer\"} {}",
        "{\"error\":\"invalid_client\"}"
      })
  void hasNoAnswerWhereTheFormIsAnother(String body) {
    assertThat(read(200, body)).isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{}", "{\"error\":1}", "{\"error\":\"\"}", "{\"error\":\"a\\\"b\"}", "<html>"})
  void hasNoAnswerWhereTheErrorIsNoneOfOAuth(String body) {
    assertThat(read(400, body)).isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 201, 204, 301, 302, 307, 429, 500, 502, 503, 599})
  void hasNoAnswerOfAnotherStatus(int status) {
    assertThat(read(status, "{\"access_token\":\"a\",\"token_type\":\"b\",\"error\":\"e\"}"))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void hasNoAnswerThatIsNoJson() {
    byte[] good = "{\"access_token\":\"a\",\"token_type\":\"b\"}".getBytes(StandardCharsets.UTF_8);

    assertThat(TokenAnswer.read(200, "text/html", good)).isInstanceOf(Unavailable.class);
    assertThat(TokenAnswer.read(200, "application/jsonp", good)).isInstanceOf(Unavailable.class);
    assertThat(TokenAnswer.read(200, null, good)).isInstanceOf(Unavailable.class);
    assertThat(TokenAnswer.read(200, "Application/JSON", good)).isInstanceOf(Granted.class);
  }
}
