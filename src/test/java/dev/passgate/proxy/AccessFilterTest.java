package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.affinity.TestSignatures;
import dev.passgate.failure.RefusedException;
import dev.passgate.gate.CredentialNames;
import dev.passgate.gate.TestGates;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.listener.TestAddresses;
import dev.passgate.setting.InvalidSetting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.SslInfo;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class AccessFilterTest {

  private final AtomicReference<@Nullable HttpHeaders> forwarded = new AtomicReference<>();
  private final GatewayFilterChain chain =
      exchange -> {
        forwarded.set(exchange.getRequest().getHeaders());
        return Mono.empty();
      };

  @Test
  void letsInWhomTheCredentialNames() {
    MockServerWebExchange exchange = exchange(Map.of(), "Bearer a.b.c");

    StepVerifier.create(filter((_, _) -> Mono.just(TestExchanges.ALICE)).filter(exchange, chain))
        .verifyComplete();

    assertForwarded("alice");
    assertThat(ProxyAttributes.identity(exchange)).isEqualTo(TestExchanges.ALICE);
  }

  @Test
  void letsNobodyInWithoutACredentialWhereTheRouteSaysNothing() {
    MockServerWebExchange exchange = exchange(Map.of(), null);

    StepVerifier.create(filter((_, _) -> Mono.just(TestExchanges.ALICE)).filter(exchange, chain))
        .verifyError(RefusedException.class);

    assertThat(forwarded.get()).isNull();
    assertThat(ProxyAttributes.decision(exchange)).isNotNull();
    assertThat(ProxyAttributes.identity(exchange)).isNull();
  }

  @Test
  void letsNobodyInWhomTheVerifierRefuses() {
    Refusal expired = Refusal.of(Reason.EXPIRED, "the token has expired");

    StepVerifier.create(
            filter((_, _) -> Mono.just(expired))
                .filter(exchange(Map.of("access", "identity"), "Bearer a.b.c"), chain))
        .verifyError(RefusedException.class);

    assertThat(forwarded.get()).isNull();
  }

  @Test
  void letsNobodyInWhereTheVerifierFailsOrSaysNothing() {
    for (TokenVerifier verifier :
        new TokenVerifier[] {
          (_, _) -> Mono.empty(), (_, _) -> Mono.error(new IllegalStateException())
        }) {
      StepVerifier.create(filter(verifier).filter(exchange(Map.of(), "Bearer a.b.c"), chain))
          .verifyError(RefusedException.class);
    }
    assertThat(forwarded.get()).isNull();
  }

  @Test
  void letsEverybodyInByAPublicRouteAsNobody() {
    MockServerWebExchange exchange = exchange(Map.of("access", "public"), "Bearer a.b.c");

    StepVerifier.create(
            filter(
                    (_, _) -> {
                      throw new AssertionError("nobody is to be asked");
                    })
                .filter(exchange, chain))
        .verifyComplete();

    assertForwarded(null);
    assertThat(ProxyAttributes.decision(exchange)).isNull();
  }

  /** With TLS, to ask for one that is not there costs an exception. */
  @Test
  void looksForNoCertificateWhereNoneIsRead() {
    ServerHttpRequest request =
        new ServerHttpRequestDecorator(
            MockServerHttpRequest.get("/v1/statement")
                .header("Authorization", "Bearer a.b.c")
                .header("X-Trino-Source", "cli")
                .build()) {
          @Override
          public SslInfo getSslInfo() {
            throw new AssertionError("nobody is to ask for it");
          }
        };
    ServerWebExchange exchange =
        MockServerWebExchange.from(MockServerHttpRequest.get("/v1/statement"))
            .mutate()
            .request(request)
            .build();
    TestExchanges.route(exchange, "trino://cluster", Map.of());

    StepVerifier.create(filter((_, _) -> Mono.just(TestExchanges.ALICE)).filter(exchange, chain))
        .verifyComplete();

    assertForwarded("alice");
  }

  @Test
  void letsNobodyInBySignatureWithoutOne() {
    MockServerWebExchange exchange = exchange(Map.of("access", "signed-uri"), "Bearer a.b.c");

    StepVerifier.create(filter((_, _) -> Mono.just(TestExchanges.ALICE)).filter(exchange, chain))
        .verifyError(RefusedException.class);

    assertThat(forwarded.get()).isNull();
    assertThat(Objects.requireNonNull(ProxyAttributes.decision(exchange)).verdict())
        .isInstanceOfSatisfying(
            Refusal.class, it -> assertThat(it.reason()).isEqualTo(Reason.UNSIGNED_URI));
  }

  /** Not even where a signature is not needed: the cluster would write it into its answers. */
  @ParameterizedTest
  @ValueSource(strings = {"identity", "public"})
  void letsNobodyInByAPrefixThatTheGatewayDidNotGiveOut(String access) {
    MockServerWebExchange exchange = exchange(Map.of("access", access), "Bearer a.b.c");
    ProxyAttributes.prefixed(
        exchange, "/~20260101_000000_00000_abcde." + "A".repeat(60) + "/ui/query.html");

    StepVerifier.create(filter((_, _) -> Mono.just(TestExchanges.ALICE)).filter(exchange, chain))
        .verifyError(RefusedException.class);

    assertThat(forwarded.get()).isNull();
  }

  @Test
  void letsNobodyInWithAPrefixThatIsNotRight() {
    for (String access : new String[] {"identity", "public", "signed-uri"}) {
      MockServerWebExchange exchange = exchange(Map.of("access", access), "Bearer a.b.c");
      ProxyAttributes.prefixed(
          exchange, "/~20260101_000000_00000_abcde." + "A".repeat(60) + "/ui/");

      StepVerifier.create(filter((_, _) -> Mono.just(TestExchanges.ALICE)).filter(exchange, chain))
          .verifyError(RefusedException.class);

      assertThat(Objects.requireNonNull(ProxyAttributes.decision(exchange)).verdict())
          .isInstanceOfSatisfying(
              Refusal.class, it -> assertThat(it.reason()).isEqualTo(Reason.UNSIGNED_URI));
    }
    assertThat(forwarded.get()).isNull();
  }

  @Test
  void letsNobodyInByARouteWithAnUnknownAccess() {
    StepVerifier.create(
            Mono.defer(
                () ->
                    filter((_, _) -> Mono.just(TestExchanges.ALICE))
                        .filter(exchange(Map.of("access", "Public"), "Bearer a.b.c"), chain)))
        .verifyError(InvalidSetting.class);
    assertThat(forwarded.get()).isNull();
  }

  private AccessFilter filter(TokenVerifier verifier) {
    return new AccessFilter(
        TestGates.of(verifier, new SimpleMeterRegistry()),
        new HeaderFirewall(new CredentialNames(Set.of(), Set.of())),
        TestAddresses.fixed("https://gateway.example"),
        TestSignatures.uris(TestExchanges.CLUSTER),
        new RouteServices(List.of()));
  }

  private static MockServerWebExchange exchange(
      Map<String, Object> metadata, @Nullable String authorization) {
    MockServerHttpRequest.BaseBuilder<?> request =
        MockServerHttpRequest.get("/v1/statement")
            .header("X-Trino-User", "root")
            .header("X-Trino-Original-User", "root")
            .header("Connection", "X-Trino-User")
            .header("X-Trino-Source", "cli");
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    MockServerWebExchange exchange = MockServerWebExchange.from(request.build());
    TestExchanges.route(exchange, "trino://cluster", metadata);
    return exchange;
  }

  private void assertForwarded(@Nullable String user) {
    HttpHeaders headers = Objects.requireNonNull(forwarded.get());
    assertThat(headers.getFirst("X-Trino-User")).isEqualTo(user);
    assertThat(headers.getFirst("X-Trino-Source")).isEqualTo("cli");
    assertThat(headers.headerNames())
        .doesNotContain("Authorization", "Connection", "X-Trino-Original-User");
  }
}
