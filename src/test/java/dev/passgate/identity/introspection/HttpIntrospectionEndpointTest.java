package dev.passgate.identity.introspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.introspection.Introspection.Active;
import dev.passgate.identity.introspection.Introspection.Inactive;
import dev.passgate.identity.introspection.Introspection.Unavailable;
import dev.passgate.testing.issuer.Endpoint;
import dev.passgate.testing.issuer.Fault;
import dev.passgate.testing.issuer.LocalIssuer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a provider on a real socket. */
class HttpIntrospectionEndpointTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final ClientCredentials CLIENT = ClientCredentials.of("pass:gate", "s e%c+ret/ü");

  private final LocalIssuer issuer = LocalIssuer.start("acme");
  private final HttpIntrospectionEndpoint endpoint = new HttpIntrospectionEndpoint();

  @AfterEach
  void close() {
    endpoint.close();
    issuer.close();
  }

  private Introspection ask(String token) {
    return ask(issuer.introspectionUri(), token);
  }

  private Introspection ask(URI uri, String token) {
    return endpoint.ask(uri, CLIENT, token).blockOptional(LIMIT).orElseThrow();
  }

  @Test
  void readsWhatTheProviderSays() {
    issuer.activate("opaque", Map.of("sub", "s-1", "scope", "a b"));

    assertThat(ask("opaque"))
        .isInstanceOfSatisfying(
            Active.class,
            active ->
                assertThat(active.claims())
                    .containsEntry("sub", "s-1")
                    .containsEntry("scope", "a b")
                    .containsEntry("active", true));
    assertThat(ask("another")).isEqualTo(new Inactive());
  }

  @Test
  void asksAsTheClientByItsEncodedNameAndSecret() {
    var _ = ask("a+b/c~d=");

    LocalIssuer.IntrospectionRequest request = issuer.introspections().getFirst();
    String pair = "pass%3Agate:s+e%25c%2Bret%2F%C3%BC";
    assertThat(request.authorization())
        .isEqualTo(
            "Basic "
                + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII)));
    assertThat(request.form())
        .isEqualTo(Map.of("token", "a+b/c~d=", "token_type_hint", "access_token"));
  }

  static Stream<Fault> faults() {
    return Stream.of(
        new Fault.Status(400),
        new Fault.Status(401),
        new Fault.Status(403),
        new Fault.Status(404),
        new Fault.Status(500),
        new Fault.Status(503),
        new Fault.Status(201),
        new Fault.Disconnect(),
        new Fault.Typed("text/html", "{\"active\":true}"),
        new Fault.Typed("application/jsonp", "{\"active\":true}"),
        new Fault.Typed("application/token-introspection+jwt", "{\"active\":true}"),
        new Fault.Body("{\"active\":true,\"x\":\"" + "x".repeat(300_000) + "\"}"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void hasNoAnswerFromAProviderThatIsBroken(Fault fault) {
    issuer.activate("opaque", Map.of());
    issuer.fail(Endpoint.INTROSPECTION, fault);

    assertThat(ask("opaque")).isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "true",
        "{}",
        "{\"active\":\"true\"}",
        "{\"active\":1}",
        "{\"active\":null}",
        "{\"active\":[true]}",
        "{\"Active\":true}",
        "{\"active\":false,\"active\":true}",
        "{\"active\":true}{\"active\":true}",
        "{\"active\":true,}"
      })
  void hasNoAnswerWhereTheFormIsAnother(String body) {
    issuer.fail(Endpoint.INTROSPECTION, new Fault.Body(body));

    assertThat(ask("opaque")).isInstanceOf(Unavailable.class);
  }

  @Test
  void takesParametersOfTheType() {
    issuer.fail(
        Endpoint.INTROSPECTION,
        new Fault.Typed("Application/JSON; charset=UTF-8", "{\"active\":true}"));

    assertThat(ask("opaque")).isInstanceOf(Active.class);
  }

  @Test
  void followsNoRedirect() {
    try (LocalIssuer other = LocalIssuer.start("other")) {
      other.activate("opaque", Map.of());
      issuer.fail(Endpoint.INTROSPECTION, new Fault.Redirect(other.introspectionUri()));

      assertThat(ask("opaque")).isInstanceOf(Unavailable.class);
      assertThat(other.introspections()).isEmpty();
    }
  }

  @Test
  void hasNoAnswerWhereNobodyListens() {
    URI uri = issuer.introspectionUri();
    issuer.close();

    assertThat(ask(uri, "opaque")).isInstanceOf(Unavailable.class);
  }

  @Test
  void tellsNobodyItsSecretsByMistake() {
    assertThat(CLIENT.toString()).doesNotContain("ret");
    assertThat(new Active(Map.of("sub", "alice")).toString()).doesNotContain("alice");
  }
}
