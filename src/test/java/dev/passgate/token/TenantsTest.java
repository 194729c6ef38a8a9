package dev.passgate.token;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.issuer.Issuer;
import dev.passgate.token.TokenOutcome.Denied;
import dev.passgate.token.TokenOutcome.Granted;
import dev.passgate.token.TokenOutcome.Unavailable;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class TenantsTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final URI URI_OF_ACME = URI.create("https://idp.acme.example/token");
  private static final TokenOutcome GRANTED = new Granted(Map.of("access_token", "t"));
  private static final TokenRequest REQUEST = request("client_credentials");

  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();

  @AfterEach
  void close() {
    time.dispose();
  }

  private record FakeIssuer(
      String name, @Nullable URI tokenUri, boolean isTokenUriAwaited, Set<String> tokenGrants)
      implements Issuer {

    @Override
    public String issuerUri() {
      return "https://idp.acme.example";
    }

    @Override
    public @Nullable Duration keysAge() {
      return null;
    }

    @Override
    public Set<String> routes() {
      return Set.of();
    }
  }

  private static TokenRequest request(String grant) {
    return new TokenRequest(grant, Map.of("grant_type", grant), null);
  }

  private static FakeIssuer acme(@Nullable URI uri, boolean awaited, String... grants) {
    return new FakeIssuer("acme", uri, awaited, Set.of(grants));
  }

  private Tenants tenants(FakeIssuer issuer, TokenEndpoint endpoint) {
    List<Issuer> only = List.of(issuer);
    return new Tenants(() -> only, endpoint, PATIENCE, time);
  }

  private static TokenOutcome ask(Tenants tenants, TokenRequest request) {
    return tenants.ask("acme", request).blockOptional(LIMIT).orElseThrow();
  }

  private static TokenEndpoint unused() {
    return (_, _) -> {
      throw new AssertionError("nobody is to be asked");
    };
  }

  @Test
  void asksAtTheEndpointOfTheIssuer() {
    List<URI> asked = new ArrayList<>();
    Tenants tenants =
        tenants(
            acme(URI_OF_ACME, false, "client_credentials"),
            (uri, _) -> {
              asked.add(uri);
              return Mono.just(GRANTED);
            });

    assertThat(tenants.has("acme")).isTrue();
    assertThat(ask(tenants, REQUEST)).isEqualTo(GRANTED);
    assertThat(asked).containsExactly(URI_OF_ACME);
  }

  @Test
  void hasNoneThatIsUnknownClosedOrWithoutAnEndpoint() {
    assertThat(tenants(acme(URI_OF_ACME, false, "client_credentials"), unused()).has("globex"))
        .isFalse();
    assertThat(tenants(acme(URI_OF_ACME, false), unused()).has("acme")).isFalse();
    assertThat(tenants(acme(null, false, "client_credentials"), unused()).has("acme")).isFalse();
  }

  @Test
  void isUnavailableUntilTheEndpointIsFound() {
    Tenants tenants = tenants(acme(null, true, "client_credentials"), unused());

    assertThat(tenants.has("acme")).isTrue();
    assertThat(ask(tenants, REQUEST)).isInstanceOf(Unavailable.class);
  }

  @Test
  void passesOnTheGrantsThatAreAllowedAlone() {
    Tenants tenants =
        tenants(
            acme(URI_OF_ACME, false, "client_credentials", "urn:ietf:params:oauth:grant-type:x"),
            (_, _) -> Mono.just(GRANTED));

    assertThat(ask(tenants, request("urn:ietf:params:oauth:grant-type:x"))).isEqualTo(GRANTED);
    for (String grant : List.of("password", "Client_Credentials", "client_credentials ")) {
      assertThat(ask(tenants, request(grant)))
          .isInstanceOfSatisfying(
              Denied.class,
              denied -> {
                assertThat(denied.status()).isEqualTo(400);
                assertThat(denied.error()).isEqualTo("unsupported_grant_type");
              });
    }
  }

  @Test
  void endsAnExchangeThatTakesTooLong() {
    AtomicInteger ended = new AtomicInteger();
    Tenants tenants =
        tenants(
            acme(URI_OF_ACME, false, "client_credentials"),
            (_, _) -> Mono.<TokenOutcome>never().doOnCancel(ended::incrementAndGet));

    StepVerifier.create(tenants.ask("acme", REQUEST))
        .then(() -> time.advanceTimeBy(PATIENCE.minusMillis(1)))
        .then(() -> assertThat(ended).hasValue(0))
        .then(() -> time.advanceTimeBy(Duration.ofMillis(1)))
        .expectNext(new Unavailable("it took too long"))
        .expectComplete()
        .verify(LIMIT);
    assertThat(ended).hasValue(1);
  }

  @Test
  void answersAtOnceWhereTooManyAreUnderWay() {
    Sinks.One<TokenOutcome> answer = Sinks.one();
    AtomicInteger asked = new AtomicInteger();
    Tenants tenants =
        tenants(
            acme(URI_OF_ACME, false, "client_credentials"),
            (_, _) -> {
              asked.incrementAndGet();
              return answer.asMono();
            });
    List<TokenOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < Tenants.MAX_CONCURRENT; i++) {
      tenants.ask("acme", REQUEST).subscribe(outcomes::add);
    }

    assertThat(ask(tenants, REQUEST)).isInstanceOf(Unavailable.class);
    assertThat(asked).hasValue(Tenants.MAX_CONCURRENT);

    answer.tryEmitValue(GRANTED).orThrow();
    assertThat(outcomes).hasSize(Tenants.MAX_CONCURRENT).containsOnly(GRANTED);
    assertThat(ask(tenants, REQUEST)).isEqualTo(GRANTED);
  }

  @Test
  void givesThePlaceOfAClientThatLeavesToTheNext() {
    AtomicInteger ended = new AtomicInteger();
    Tenants tenants =
        tenants(
            acme(URI_OF_ACME, false, "client_credentials"),
            (_, _) -> Mono.<TokenOutcome>never().doOnCancel(ended::incrementAndGet));
    for (int i = 0; i < 3 * Tenants.MAX_CONCURRENT; i++) {
      tenants.ask("acme", REQUEST).subscribe().dispose();
    }

    assertThat(ended).hasValue(3 * Tenants.MAX_CONCURRENT);
  }

  @Test
  void isUnavailableWhereTheEndpointFails() {
    Tenants tenants =
        tenants(
            acme(URI_OF_ACME, false, "client_credentials"),
            (_, _) -> Mono.error(new IllegalArgumentException("hunter2")));

    assertThat(ask(tenants, REQUEST)).isEqualTo(new Unavailable("IllegalArgumentException"));
  }
}
