package dev.passgate.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.support.Netty4HeadersAdapter;

class CredentialReaderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c", "bEaReR   a.b.c", "Bearer  a.b.c"})
  void readsATokenAfterTheSchemeInAnyCase(String value) {
    assertThat(read(value)).isEqualTo(new Credential.Token("a.b.c", null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"aZ09-._~+/", "a=", "a==", "a"})
  void readsEveryTokenOfRfc6750(String token) {
    assertThat(read("Bearer " + token)).isEqualTo(new Credential.Token(token, null));
  }

  @Test
  void reportsThatThereIsNoCredential() {
    assertRefused(read(new HttpHeaders()), Reason.NO_CREDENTIAL);
  }

  @Test
  void rejectsMoreThanOneAuthorizationHeader() {
    HttpHeaders headers = new HttpHeaders();
    headers.put("Authorization", List.of("Bearer a", "Bearer a"));

    assertRefused(read(headers), Reason.AMBIGUOUS_CREDENTIAL);
  }

  @Test
  void rejectsAuthorizationHeadersOfDifferentCaseAsTheServerHoldsThem() {
    DefaultHttpHeaders received = new DefaultHttpHeaders();
    received.add("authorization", "Bearer a");
    received.add("AUTHORIZATION", "Bearer b");

    assertRefused(
        read(new HttpHeaders(new Netty4HeadersAdapter(received))), Reason.AMBIGUOUS_CREDENTIAL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic YWxpY2U6c2VjcmV0",
        "Negotiate abc",
        "",
        "a.b.c",
        "Bearer:a",
        "Bearera.b.c",
        "Bearer\ta",
        " Bearer a",
        "\"Bearer\" a",
        "DPoP a.b.c"
      })
  void rejectsOtherSchemes(String value) {
    assertRefused(read(value), Reason.UNSUPPORTED_SCHEME);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Bearer",
        "bearer",
        "Bearer ",
        "Bearer    ",
        "Bearer a b",
        "Bearer a ",
        "Bearer a, Bearer b",
        "Bearer a,b",
        "Bearer a;b",
        "Bearer \"a\"",
        "Bearer \ta",
        "Bearer a\t",
        "Bearer a\u0000",
        "Bearer =",
        "Bearer ==",
        "Bearer a=b",
        "Bearer a%2e",
        "Bearer ä",
        "Bearer \u0660",
        "Bearer \u212a"
      })
  void rejectsWhatIsNoToken(String value) {
    assertRefused(read(value), Reason.MALFORMED_TOKEN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer hunter 2", "Basic hunter2", "Bearer hunter\t2"})
  void quotesNothingOfTheHeader(String value) {
    assertThat(read(value).toString()).doesNotContain("hunter");
  }

  @Test
  void hidesTheTokenWhenPrinted() {
    assertThat(read("Bearer secret.token.here").toString())
        .isEqualTo("Token[***]")
        .doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void writesATokenWhereItReadsIt(boolean tokensAsPasswords) {
    CredentialReader reader =
        new CredentialReader(List.of(new Source.Basic(), new Source.Bearer()), tokensAsPasswords);

    for (String token : List.of("opaque", "eyJh.eyJz.c2ln")) {
      assertThat(reader.read(TestApproaches.of(reader.write(token))).credential())
          .isEqualTo(new Credential.Token(token, null));
    }
  }

  private static Credential read(String value) {
    HttpHeaders headers = new HttpHeaders();
    headers.add("Authorization", value);
    return read(headers);
  }

  private static Credential read(HttpHeaders headers) {
    return new CredentialReader(List.of(new Source.Bearer()), false)
        .read(TestApproaches.of(headers))
        .credential();
  }

  private static void assertRefused(Credential credential, Reason reason) {
    assertThat(credential)
        .isInstanceOfSatisfying(
            Credential.None.class,
            none -> {
              Refusal refusal = none.refusal();
              assertThat(refusal.reason()).isEqualTo(reason);
              assertThat(refusal.detail()).isNotBlank();
              assertThat(refusal.issuer()).isNull();
            });
  }
}
