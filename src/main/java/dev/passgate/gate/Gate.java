package dev.passgate.gate;

import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.observe.AuthenticationMetrics;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpMethod;
import reactor.core.publisher.Mono;

/** The one answer to "who sent this request", for every feature that serves requests. */
public final class Gate {

  private static final Logger log = LoggerFactory.getLogger(Gate.class);

  private static final String NONE = "none";

  private final CredentialReader reader;
  private final AuthenticationMetrics metrics;
  private volatile Policy policy;

  /**
   * What is in force, and changes as one.
   *
   * @param verifiers who is asked about credentials
   * @param rules what an identity must pass before it is let in, in order
   */
  record Policy(Verifiers verifiers, List<Rule> rules) {

    Policy {
      rules = List.copyOf(rules);
    }
  }

  /**
   * @param rules what an identity must pass before it is let in, in order
   */
  Gate(
      CredentialReader reader,
      Verifiers verifiers,
      List<Rule> rules,
      AuthenticationMetrics metrics) {
    this(reader, new Policy(verifiers, rules), metrics);
  }

  Gate(CredentialReader reader, Policy policy, AuthenticationMetrics metrics) {
    this.reader = reader;
    this.policy = policy;
    this.metrics = metrics;
  }

  /** Puts something else in force. Requests that are being looked at end by what was. */
  void follow(Policy next) {
    policy = next;
  }

  /** Who sent a request. Never fails: what goes wrong is a refusal. */
  public Mono<Decision> check(Approach approach) {
    return decide(approach, Trail.NONE).doOnNext(this::count);
  }

  /**
   * What {@link #check} would say, where it would let somebody in and is known without waiting:
   * that of a credential that was verified a moment ago. Null where it must be checked, and where
   * it lets nobody in. Is not counted before {@link #accepted}.
   */
  public @Nullable Decision known(Approach approach) {
    CredentialReader.Found found = reader.read(approach);
    Source source = found.source();
    if (source == null || (source.isAmbient() && CrossSite.isForgeable(approach))) {
      return null;
    }
    Policy now = policy;
    Identity known = now.verifiers().known(found.credential());
    if (known == null) {
      return null;
    }
    Verdict verdict = pass(now.rules(), known, found.credential(), approach, Trail.NONE);
    return verdict instanceof Identity
        ? new Decision(verdict, source.label(), token(verdict, found.credential()))
        : null;
  }

  /** Counts a decision that was {@link #known}, and by which somebody got in. */
  public void accepted(Decision decision) {
    count(decision);
  }

  /**
   * What {@link #check} would say, with the checks that were passed on the way. Is not counted.
   *
   * @param trail told of each check that was passed
   */
  public Mono<Decision> explain(Approach approach, Trail trail) {
    return decide(approach, trail);
  }

  /** A POST by a route with a token in the first place where tokens are read. */
  public Approach approachWith(String token, String route) {
    return new Approach(
        HttpMethod.POST, reader.write(token), () -> null, () -> "", route, () -> "");
  }

  private Mono<Decision> decide(Approach approach, Trail trail) {
    CredentialReader.Found found = reader.read(approach);
    Source source = found.source();
    String label = source == null ? NONE : source.label();
    if (found.credential() instanceof Credential.None none) {
      return Mono.just(new Decision(none.refusal(), label));
    }
    trail.passed(Check.FORM);
    if (source != null && source.isAmbient()) {
      if (CrossSite.isForgeable(approach)) {
        return Mono.just(
            new Decision(
                Refusal.of(
                    Reason.CROSS_SITE,
                    "the request comes from another site's page, with a credential that the"
                        + " browser added"),
                label));
      }
      trail.passed(Check.SAME_SITE);
    }
    Policy now = policy;
    return verdict(() -> now.verifiers().verify(found.credential(), approach, trail))
        .map(verdict -> pass(now.rules(), verdict, found.credential(), approach, trail))
        .map(verdict -> new Decision(verdict, label, token(verdict, found.credential())));
  }

  private static Verdict pass(
      List<Rule> rules, Verdict verdict, Credential credential, Approach approach, Trail trail) {
    if (!(verdict instanceof Identity identity)) {
      return verdict;
    }
    if (credential instanceof Credential.Token(_, String user) && user != null) {
      if (!user.equals(identity.user())) {
        return Refusal.of(
            Reason.USER_MISMATCH, "the user beside the token is not the token's", identity);
      }
      trail.passed(Check.NAMED_USER);
    }
    Verdict result = identity;
    for (Rule rule : rules) {
      if (result instanceof Identity passed) {
        result = rule.apply(passed, approach, trail);
      }
    }
    return result;
  }

  private static @Nullable String token(Verdict verdict, Credential credential) {
    return verdict instanceof Identity && credential instanceof Credential.Token(String token, _)
        ? token
        : null;
  }

  /** What a verifier says; one that fails against its contract lets nobody in. */
  private Mono<Verdict> verdict(Supplier<Mono<Verdict>> verifier) {
    return Mono.defer(verifier)
        .switchIfEmpty(Mono.error(() -> new IllegalStateException("no verdict")))
        .onErrorResume(
            Exception.class,
            failure -> {
              log.error("a credential could not be verified", failure);
              return Mono.just(
                  Refusal.of(Reason.INTERNAL_ERROR, "the credential cannot be verified now"));
            });
  }

  private void count(Decision decision) {
    switch (decision.verdict()) {
      case Identity identity -> metrics.accepted(identity.issuer(), decision.source());
      case Refusal refusal ->
          metrics.refused(refusal.issuer(), decision.source(), refusal.reason());
    }
  }
}
