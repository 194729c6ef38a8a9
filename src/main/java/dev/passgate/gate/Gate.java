package dev.passgate.gate;

import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.Verdict;
import dev.passgate.observe.AuthenticationMetrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Mono;

/** The one answer to "who sent this request", for every feature that serves requests. */
public final class Gate {

  private static final Logger log = LoggerFactory.getLogger(Gate.class);

  private static final String NONE = "none";

  private final TokenVerifier verifier;
  private final AuthenticationMetrics metrics;

  Gate(TokenVerifier verifier, AuthenticationMetrics metrics) {
    this.verifier = verifier;
    this.metrics = metrics;
  }

  /**
   * Who sent a request with these headers. Never fails: what goes wrong is a refusal.
   *
   * @param headers the request's headers as the client sent them
   */
  public Mono<Decision> check(HttpHeaders headers) {
    return switch (CredentialReader.read(headers)) {
      case Credential.Bearer bearer ->
          verdict(bearer.token()).map(verdict -> decide(verdict, SourceProperties.BEARER));
      case Credential.None none -> Mono.just(decide(none.refusal(), NONE));
    };
  }

  /** What the verifier says; a verifier that fails against its contract lets nobody in. */
  private Mono<Verdict> verdict(String token) {
    return Mono.defer(() -> verifier.verify(token))
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("no verdict")))
        .onErrorResume(
            Exception.class,
            failure -> {
              log.error("a credential could not be verified", failure);
              return Mono.just(
                  Refusal.of(Reason.INTERNAL_ERROR, "the credential cannot be verified now"));
            });
  }

  private Decision decide(Verdict verdict, String source) {
    switch (verdict) {
      case Identity identity -> metrics.accepted(identity.issuer(), source);
      case Refusal refusal -> metrics.refused(refusal.issuer(), source, refusal.reason());
    }
    return new Decision(verdict, source);
  }
}
