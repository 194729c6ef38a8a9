package dev.passgate.identity.issuer;

import dev.passgate.identity.Identity;
import dev.passgate.identity.TokenDigest;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import dev.passgate.identity.introspection.IntrospectionEndpoint;
import dev.passgate.identity.introspection.IntrospectionSettings;
import dev.passgate.identity.introspection.Introspector;
import dev.passgate.identity.mapping.KeptClaims;
import dev.passgate.identity.mapping.UserNamespaces;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** One configured issuer with its keys, its rules, and what keeps the keys fresh. */
final class TrustedIssuer implements Issuer, AutoCloseable {

  /**
   * What issuers need of their surroundings.
   *
   * @param clock the time of day
   * @param scheduler where delays and time limits run
   * @param random numbers from 0 to 1, for the jitter of the refresh
   * @param events told what happens
   * @param namespaces whose users are named how
   * @param kept what of the claims goes on with an identity
   * @param endpoint how issuers are asked about tokens
   * @param expiryGrace for how long after its end a token may go on with what it began
   */
  record Surroundings(
      InstantSource clock,
      Scheduler scheduler,
      DoubleSupplier random,
      IssuerEvents events,
      UserNamespaces namespaces,
      KeptClaims kept,
      IntrospectionEndpoint endpoint,
      Duration expiryGrace) {}

  private final IssuerSettings settings;
  private final ProviderKeys provider;
  private final ClaimRules rules;
  private final ClaimRules lateRules;
  private final ClaimsVerdict verdict;
  private final ReactiveAuthenticationManager authentication;
  private final ReactiveAuthenticationManager lateAuthentication;
  private final InstantSource clock;
  private final @Nullable Introspector introspector;
  private final @Nullable IntrospectionVerdict introspected;

  TrustedIssuer(IssuerSettings settings, KeySource source, Surroundings surroundings) {
    this(settings, ProviderKeys.of(settings, source, surroundings), surroundings);
  }

  /** One of a provider whose keys are there already. */
  TrustedIssuer(IssuerSettings settings, ProviderKeys provider, Surroundings surroundings) {
    this.settings = settings;
    this.provider = provider;
    IssuerKeys keys = provider.keys();
    this.rules = new ClaimRules(settings, surroundings.clock());
    this.lateRules = new ClaimRules(settings, surroundings.clock(), surroundings.expiryGrace());
    this.verdict = new ClaimsVerdict(settings, surroundings.namespaces(), surroundings.kept());
    this.authentication = JwtAuthentication.manager(settings, keys, rules);
    this.lateAuthentication = JwtAuthentication.manager(settings, keys, lateRules);
    this.clock = surroundings.clock();
    IntrospectionSettings introspection = settings.introspection();
    if (introspection == null) {
      this.introspector = null;
      this.introspected = null;
    } else {
      this.introspector =
          new Introspector(
              settings.name(),
              introspection,
              provider.source()::introspectionUri,
              surroundings.endpoint(),
              surroundings.scheduler());
      this.introspected =
          new IntrospectionVerdict(settings, introspection, introspector, verdict, clock);
    }
  }

  @Override
  public String name() {
    return settings.name();
  }

  @Override
  public String issuerUri() {
    return settings.issuerUri();
  }

  @Override
  public @Nullable Duration keysAge() {
    return provider.keys().age();
  }

  @Override
  public @Nullable URI tokenUri() {
    return settings.tokenUri() != null ? settings.tokenUri() : provider.source().tokenUri();
  }

  @Override
  public boolean isTokenUriAwaited() {
    return settings.tokenUri() == null && provider.source().isDiscoveryAwaited();
  }

  @Override
  public Set<String> tokenGrants() {
    return settings.tokenGrants();
  }

  @Override
  public Set<String> routes() {
    return settings.routes();
  }

  IssuerSettings settings() {
    return settings;
  }

  IssuerKeys keys() {
    return provider.keys();
  }

  ProviderKeys providerKeys() {
    return provider;
  }

  /** Says what of the claims goes on with an identity. */
  void keep(KeptClaims kept) {
    verdict.keep(kept);
  }

  ClaimRules rules() {
    return rules;
  }

  /** For tokens that only go on with what they began. */
  ClaimRules lateRules() {
    return lateRules;
  }

  ClaimsVerdict verdict() {
    return verdict;
  }

  /**
   * What an identity of now rests on: true for as long as the keys are the same and trusted, and
   * what is made of claims is the same. To be taken before a token is looked at.
   */
  BooleanSupplier basis() {
    IssuerKeys keys = provider.keys();
    long generation = keys.generation();
    long version = verdict.version();
    BooleanSupplier same =
        () -> generation != 0 && keys.generation() == generation && verdict.version() == version;
    IntrospectionSettings introspection = settings.introspection();
    if (introspection == null || !introspection.includesJwts()) {
      return same;
    }
    BooleanSupplier counts = answerBasis();
    return () -> same.getAsBoolean() && counts.getAsBoolean();
  }

  /**
   * The same of an identity that rests on the issuer's answer: true for as long as the answer
   * counts, and what is made of claims is the same.
   */
  BooleanSupplier answerBasis() {
    IntrospectionSettings introspection = Objects.requireNonNull(settings.introspection());
    Instant end = clock.instant().plus(introspection.cacheTtl());
    long version = verdict.version();
    return () -> clock.instant().isBefore(end) && verdict.version() == version;
  }

  /** Who an opaque token stands for, of an issuer that is asked about tokens. */
  Mono<Verdict> ask(String token, TokenDigest digest, Trail trail) {
    return Objects.requireNonNull(introspected).ofOpaque(token, digest, trail);
  }

  /** The verdict on a JWT, which is asked about where the issuer is asked about those too. */
  Mono<Verdict> confirm(Verdict found, String token, TokenDigest digest, Trail trail) {
    IntrospectionSettings introspection = settings.introspection();
    return found instanceof Identity identity
            && introspected != null
            && introspection != null
            && introspection.includesJwts()
        ? introspected.ofJwt(identity, token, digest, trail)
        : Mono.just(found);
  }

  ReactiveAuthenticationManager authentication() {
    return authentication;
  }

  /** For tokens that only go on with what they began. */
  ReactiveAuthenticationManager lateAuthentication() {
    return lateAuthentication;
  }

  void start() {
    verdict.watch(Schedulers.boundedElastic());
    if (introspector != null) {
      introspector.start();
    }
    provider.refresh().start();
  }

  /** How long a request may wait for it at most: for its keys, and then for its answer. */
  Duration longestWait() {
    IntrospectionSettings introspection = settings.introspection();
    Duration keys = settings.keys().fetchTimeout();
    return introspection == null ? keys : keys.plus(introspection.timeout());
  }

  /**
   * Has it fetch no keys by itself any more, unless others go on with them.
   *
   * @param kept the others
   */
  void stop(List<TrustedIssuer> kept) {
    if (!sharesKeys(kept)) {
      provider.refresh().close();
    }
  }

  @SuppressWarnings("ReferenceEquality") // which object it is
  private boolean sharesKeys(List<TrustedIssuer> others) {
    return others.stream().anyMatch(other -> other.provider == provider);
  }

  @Override
  public void close() {
    close(List.of());
  }

  /**
   * Ends this one, but not the keys that others go on with.
   *
   * @param kept the others
   */
  void close(List<TrustedIssuer> kept) {
    if (!sharesKeys(kept)) {
      provider.close();
    }
    verdict.close();
    if (introspector != null) {
      introspector.close();
    }
  }
}
