package dev.passgate.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalUrisTest {

  private final ExternalUris uris = new ExternalUris(Rewriting.MAPPING);

  @ParameterizedTest
  @CsvSource({
    "http://trino:8080/ui/, https://gateway.example/ui/",
    "http://trino:8080, https://gateway.example",
    "/ui/login.html, /ui/login.html",
    "login.html?a=http://trino:8080/, login.html?a=http://trino:8080/",
    "https://idp.example/?redirect_uri=http%3A%2F%2Ftrino, https://idp.example/?redirect_uri=http%3A%2F%2Ftrino",
    "http://trino:8080@evil/, http://trino:8080@evil/",
    "'', ''"
  })
  void rewritesLocation(String value, String expected) {
    assertThat(uris.location(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "Bearer x_redirect_server=\"http://trino:8080/oauth2/token/initiate/ab\", x_token_server=\"http://trino:8080/oauth2/token/c\""
            + "|Bearer x_redirect_server=\"https://gateway.example/oauth2/token/initiate/ab\", x_token_server=\"https://gateway.example/oauth2/token/c\"",
        "Bearer x_token_server=\"http:\\/\\/trino:8080/a\\\"b\"|Bearer x_token_server=\"https://gateway.example/a\\\"b\"",
        "Basic realm=\"Trino\", Bearer a=\"http://trino:8080\",b=\"\""
            + "|Basic realm=\"Trino\", Bearer a=\"https://gateway.example\",b=\"\"",
      })
  void rewritesQuotedUrisOfAChallenge(String value, String expected) {
    assertThat(uris.wwwAuthenticate(value)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Negotiate",
        "Basic realm=\"Tri\\no \\\"x\\\"\"",
        "Bearer realm=\"see http://trino:8080/\"",
        "Bearer x_token_server=\"https://idp.example/\"",
        "Bearer x_token_server=\"http://trino:8080/ not closed",
        "Bearer x_token_server=\"http://trino:8080/\\\"",
        "Bearer x_token_server=\"http://trino:8080/\\",
        "Bearer a=\"\\\"\", b=http://trino:8080/"
      })
  void leavesOtherChallengesAsTheyAre(String value) {
    assertThat(uris.wwwAuthenticate(value)).isEqualTo(value);
  }
}
