package dev.passgate.identity.issuer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.Trail;
import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.security.authentication.ReactiveAuthenticationManagerResolver;
import org.springframework.security.oauth2.server.resource.authentication.JwtIssuerReactiveAuthenticationManagerResolver;
import reactor.core.publisher.Mono;

@ExtendWith(OutputCaptureExtension.class)
class IssuerConfigurationTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final ApplicationContextRunner runner =
      new ApplicationContextRunner().withUserConfiguration(IssuerConfiguration.class);

  @Test
  void verifiesTokensOfConfiguredIssuer() throws Exception {
    CountDownLatch refreshed = new CountDownLatch(1);
    try (KeyServer server = new KeyServer()) {
      server.on("/keys", KeyServer.keys(Fixtures.FIRST));
      runner
          .withPropertyValues(
              "passgate.issuers.acme.issuer-uri=" + Fixtures.ISSUER,
              "passgate.issuers.acme.jwk-set-uri=" + server.uri("/keys"),
              "passgate.issuers.acme.audiences=trino")
          .withBean(InstantSource.class, FakeTime::new)
          .withBean(IssuerEvents.class, () -> (issuer, outcome) -> refreshed.countDown())
          .run(
              context -> {
                TokenVerifier verifier = context.getBean(IssuerReload.class).verifier();
                assertThat(refreshed.await(20, TimeUnit.SECONDS)).isTrue();
                assertThat(
                        verifier
                            .verify(Token.good().signedBy(Fixtures.FIRST), Trail.NONE)
                            .block(LIMIT))
                    .isInstanceOf(Identity.class);
                assertThat(context.getBean(IssuerRegistry.class).issuers()).hasSize(1);
              });
    }
  }

  @Test
  void startsWhileProviderIsDown() {
    KeyServer server = new KeyServer();
    server.close();
    runner
        .withPropertyValues(
            "passgate.issuers.acme.issuer-uri=" + Fixtures.ISSUER,
            "passgate.issuers.acme.jwk-set-uri=" + server.uri("/keys"),
            "passgate.issuers.acme.audiences=trino")
        .withBean(InstantSource.class, FakeTime::new)
        .run(
            context ->
                assertThat(
                        context
                            .getBean(IssuerReload.class)
                            .verifier()
                            .verify(Token.good().signedBy(Fixtures.FIRST), Trail.NONE)
                            .block(LIMIT))
                    .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal ->
                            assertThat(refusal.reason())
                                .isEqualTo(Refusal.Reason.KEYS_UNAVAILABLE)));
  }

  @Test
  void doesNotStartWithoutIssuers() {
    runner.run(
        context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(InvalidSetting.class)
                .hasMessageStartingWith("passgate.issuers is not set, expected at least one"));
  }

  @Test
  void warnsOfKeysOverPlainHttpButNotOnLoopback(CapturedOutput output) {
    FakeTime time = new FakeTime();
    for (String host : new String[] {"localhost", "idp.example"}) {
      IssuerRegistry.of(
              List.of(
                  Fixtures.settings(
                      "acme", "http://" + host, null, Set.of(JWSAlgorithm.RS256), Fixtures.KEYS)),
              one -> new FakeKeySource(),
              () -> {},
              time.surroundings())
          .start();
      assertThat(output.getOut().contains("plain http")).isEqualTo(host.equals("idp.example"));
    }
  }

  @Test
  void doesNotStartWithAWrongValueAndSaysWhich(CapturedOutput output) {
    SpringApplicationBuilder application =
        new SpringApplicationBuilder(IssuerConfiguration.class).web(WebApplicationType.NONE);

    assertThatThrownBy(
            () ->
                application.run(
                    "--passgate.issuers.acme.issuer-uri=https://idp.acme.example",
                    "--passgate.issuers.acme.audiences=trino",
                    "--passgate.issuers.acme.algorithms=none"))
        .isInstanceOf(Exception.class);
    assertThat(output)
        .contains("APPLICATION FAILED TO START")
        .contains("passgate.issuers.acme.algorithms is '[none]', expected at least one of");
  }

  /** What {@link JwtTokenVerifier} builds on: no exchange is needed to get the one manager. */
  @Test
  @SuppressWarnings({"unchecked", "NullAway"})
  void resolverOfSpringSecurityIgnoresTheExchange() {
    JwtIssuerReactiveAuthenticationManagerResolver resolver =
        new JwtIssuerReactiveAuthenticationManagerResolver(issuer -> Mono.empty());
    ReactiveAuthenticationManagerResolver<?> erased = resolver;

    assertThat(((ReactiveAuthenticationManagerResolver<Object>) erased).resolve(null).block(LIMIT))
        .isNotNull()
        .isSameAs(
            resolver
                .resolve(MockServerWebExchange.from(MockServerHttpRequest.get("/")))
                .block(LIMIT));
  }
}
