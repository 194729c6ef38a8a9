package dev.passgate.identity.issuer;

import dev.passgate.identity.mapping.UserNamespaces;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
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
   */
  record Surroundings(
      InstantSource clock,
      Scheduler scheduler,
      DoubleSupplier random,
      IssuerEvents events,
      UserNamespaces namespaces) {}

  private final IssuerSettings settings;
  private final KeySource source;
  private final IssuerKeys keys;
  private final KeyRefresh refresh;
  private final ClaimRules rules;
  private final ClaimsVerdict verdict;
  private final ReactiveAuthenticationManager authentication;

  TrustedIssuer(IssuerSettings settings, KeySource source, Surroundings surroundings) {
    this.settings = settings;
    this.source = source;
    this.keys =
        new IssuerKeys(
            settings,
            source,
            surroundings.clock(),
            surroundings.scheduler(),
            surroundings.events());
    this.refresh =
        new KeyRefresh(keys, settings.keys(), surroundings.scheduler(), surroundings.random());
    this.rules = new ClaimRules(settings, surroundings.clock());
    this.verdict = new ClaimsVerdict(settings, surroundings.namespaces());
    this.authentication = JwtAuthentication.manager(settings, keys, rules);
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
    return keys.age();
  }

  @Override
  public @Nullable URI tokenUri() {
    return settings.tokenUri() != null ? settings.tokenUri() : source.tokenUri();
  }

  @Override
  public Set<String> routes() {
    return settings.routes();
  }

  IssuerSettings settings() {
    return settings;
  }

  IssuerKeys keys() {
    return keys;
  }

  ClaimRules rules() {
    return rules;
  }

  ClaimsVerdict verdict() {
    return verdict;
  }

  /**
   * What an identity of now rests on: true for as long as the keys are the same and trusted, and
   * what is made of claims is the same. To be taken before a token is looked at.
   */
  BooleanSupplier basis() {
    long generation = keys.generation();
    long version = verdict.version();
    return () -> generation != 0 && keys.generation() == generation && verdict.version() == version;
  }

  ReactiveAuthenticationManager authentication() {
    return authentication;
  }

  void start() {
    verdict.watch(Schedulers.boundedElastic());
    refresh.start();
  }

  @Override
  public void close() {
    refresh.close();
    keys.close();
    verdict.close();
  }
}
