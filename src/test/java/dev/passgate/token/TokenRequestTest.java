package dev.passgate.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.token.TokenRequest.Reading.Read;
import dev.passgate.token.TokenRequest.Reading.Refused;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;

class TokenRequestTest {

  private static final String GRANT = "grant_type=client_credentials";

  private static HttpHeaders headers(String... authorization) {
    HttpHeaders headers = new HttpHeaders();
    headers.set("Content-Type", "application/x-www-form-urlencoded");
    for (String value : authorization) {
      headers.add("Authorization", value);
    }
    return headers;
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  private static TokenRequest.Reading read(
      HttpHeaders headers, @Nullable String query, String body) {
    return TokenRequest.read(headers, query, body.getBytes(StandardCharsets.UTF_8));
  }

  private static TokenRequest good(HttpHeaders headers, String body) {
    return ((Read) read(headers, null, body)).request();
  }

  private static TokenOutcome.Denied refused(HttpHeaders headers, String body) {
    return ((Refused) read(headers, null, body)).denied();
  }

  @Test
  void readsAClientInTheForm() {
    TokenRequest request =
        good(headers(), GRANT + "&client_id=cli&client_secret=s%20e%2Bc%26ret+%C3%BC&scope=");

    assertThat(request.grantType()).isEqualTo("client_credentials");
    assertThat(request.parameters())
        .isEqualTo(
            Map.of(
                "grant_type", "client_credentials",
                "client_id", "cli",
                "client_secret", "s e+c&ret \u00fc"));
    assertThat(request.source()).isEqualTo("form");
    assertThat(request.clientId()).isEqualTo("cli");
  }

  @Test
  void writesTheFormAnewInOneWay() {
    assertThat(
            good(headers(), "&grant%5Ftype=client_credentials&&x=%7e+%20a%2b&").form().split("&"))
        .containsExactlyInAnyOrder("grant_type=client_credentials", "x=%7E++a%2B");
  }

  @Test
  void readsAClientThatAuthenticatesByBasic() {
    TokenRequest request = good(headers(basic("the%3Acli:secret")), GRANT + "&client_id=other");

    assertThat(request.authorization()).isEqualTo(basic("the%3Acli:secret"));
    assertThat(request.clientId()).isEqualTo("the:cli");
    assertThat(request.source()).isEqualTo("basic");
  }

  @Test
  void takesTheCharsetThatItIs() {
    HttpHeaders headers = headers();
    headers.set("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8");

    assertThat(good(headers, GRANT).source()).isEqualTo("none");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "client_id=cli",
        "grant_type=",
        "grant_type",
        GRANT + "&" + GRANT,
        GRANT + "&grant_type=",
        "grant_type=&" + GRANT,
        GRANT + "&scope=a&scope=b",
        GRANT + "&scope=a&sc%6Fpe=b",
        GRANT + "&client_secret=a&client_secret=a",
        GRANT + "&=x",
        GRANT + "&x=%",
        GRANT + "&x=%4",
        GRANT + "&x=%zz",
        GRANT + "&x=%-1",
        GRANT + "&x=%C0%AF",
        GRANT + "&x=%FF",
        GRANT + "&x=\u00fc",
        GRANT + "&x=a b",
        GRANT + "\r\n",
        "{\"grant_type\":\"client_credentials\"}"
      })
  void refusesWhatReadsInTwoWaysOrNone(String body) {
    assertThat(refused(headers(), body))
        .satisfies(
            denied -> {
              assertThat(denied.status()).isEqualTo(400);
              assertThat(denied.error()).isEqualTo("invalid_request");
            });
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "none",
        "application/json",
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/x-www-form-urlencoded; charset=utf-16",
        "nonsense",
        "application/x-www-form-urlencoded; charset=nonsense"
      })
  void refusesBodiesOfOtherTypes(@Nullable String contentType) {
    HttpHeaders headers = new HttpHeaders();
    if (contentType != null) {
      headers.set("Content-Type", contentType);
    }

    assertThat(refused(headers, GRANT).error()).isEqualTo("invalid_request");
  }

  @Test
  void refusesParametersInTheUri() {
    assertThat(read(headers(), GRANT, GRANT)).isInstanceOf(Refused.class);
    assertThat(read(headers(), "", GRANT)).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"client_secret=b", "client_assertion=a.b.c"})
  void refusesAClientThatAuthenticatesInTwoWays(String parameter) {
    assertThat(refused(headers(basic("cli:a")), GRANT + "&" + parameter).error())
        .isEqualTo("invalid_request");
    assertThat(refused(headers(basic("cli:a"), basic("cli:a")), GRANT).error())
        .isEqualTo("invalid_request");
    assertThat(
            refused(headers(), GRANT + "&client_secret=b&client_assertion=a.b.c&client_id=cli")
                .error())
        .isEqualTo("invalid_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer a.b.c", "Basic", "Basic ", "Basic a:b", "Basic YTpi YTpi", "Digest"})
  void refusesOtherWaysToAuthenticate(String authorization) {
    assertThat(refused(headers(authorization), GRANT))
        .satisfies(
            denied -> {
              assertThat(denied.status()).isEqualTo(401);
              assertThat(denied.error()).isEqualTo("invalid_client");
            });
  }

  @Test
  void tellsNoClientWhereThereIsNone() {
    assertThat(good(headers("Basic YQ=="), GRANT).clientId()).isNull();
    assertThat(good(headers(basic("%zz:a")), GRANT).clientId()).isNull();
    assertThat(good(headers(), GRANT + "&client_id=" + "x".repeat(257)).clientId()).isNull();
    assertThat(good(headers(), GRANT).clientId()).isNull();
  }

  @Test
  void showsNothingOfItself() {
    assertThat(good(headers(), GRANT + "&client_secret=hunter2"))
        .asString()
        .doesNotContain("hunter");
    assertThat(new TokenOutcome.Granted(Map.of("access_token", "hunter2")).toString())
        .doesNotContain("hunter");
    assertThat(TokenOutcome.Denied.invalidRequest("hunter2").toString()).doesNotContain("hunter");
  }
}
