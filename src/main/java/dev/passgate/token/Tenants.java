package dev.passgate.token;

import dev.passgate.identity.issuer.Issuer;
import dev.passgate.token.TokenOutcome.Denied;
import dev.passgate.token.TokenOutcome.Unavailable;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The issuers that clients get tokens of through the gateway, with what each is asked now. */
final class Tenants {

  /** How many requests to one provider may be under way; further ones are answered at once. */
  static final int MAX_CONCURRENT = 64;

  private record Tenant(Issuer issuer, AtomicInteger asking) {}

  /** The tenants among some issuers. */
  private record Index(List<? extends Issuer> of, Map<String, Tenant> byName) {}

  private final Supplier<? extends List<? extends Issuer>> issuers;
  private volatile Index index = new Index(List.of(), Map.of());
  private final TokenEndpoint endpoint;
  private final Duration timeLimit;
  private final Scheduler scheduler;

  /**
   * @param issuers those in force: the same list until there are others
   * @param timeLimit how long a provider may take
   */
  Tenants(
      Supplier<? extends List<? extends Issuer>> issuers,
      TokenEndpoint endpoint,
      Duration timeLimit,
      Scheduler scheduler) {
    this.issuers = issuers;
    this.endpoint = endpoint;
    this.timeLimit = timeLimit;
    this.scheduler = scheduler;
  }

  @SuppressWarnings("ReferenceEquality") // which list it is: there is a new one for each change
  private Map<String, Tenant> byName() {
    List<? extends Issuer> now = issuers.get();
    Index known = index;
    return known.of() == now ? known.byName() : renewed(now);
  }

  /** What is being asked of an issuer of a name goes on to count. */
  private synchronized Map<String, Tenant> renewed(List<? extends Issuer> now) {
    Map<String, Tenant> before = index.byName();
    Map<String, Tenant> byName = new HashMap<>();
    for (Issuer issuer : now) {
      if (!issuer.tokenGrants().isEmpty()) {
        Tenant old = before.get(issuer.name());
        byName.put(
            issuer.name(), new Tenant(issuer, old == null ? new AtomicInteger() : old.asking()));
      }
    }
    index = new Index(now, Map.copyOf(byName));
    return byName;
  }

  /** Whether there may be tokens of an issuer of this name. */
  boolean has(String name) {
    Tenant tenant = byName().get(name);
    return tenant != null
        && (tenant.issuer().tokenUri() != null || tenant.issuer().isTokenUriAwaited());
  }

  /** Asks an issuer for a token. Never fails. */
  Mono<TokenOutcome> ask(String name, TokenRequest request) {
    Tenant tenant = byName().get(name);
    if (tenant == null) {
      return Mono.just(new Unavailable("the issuer is no longer configured"));
    }
    if (!tenant.issuer().tokenGrants().contains(request.grantType())) {
      return Mono.just(
          new Denied(400, "unsupported_grant_type", "this grant_type is not served here", null));
    }
    URI uri = tenant.issuer().tokenUri();
    return uri == null
        ? Mono.just(new Unavailable("the token endpoint is not known yet"))
        : Mono.defer(() -> ask(tenant, uri, request));
  }

  private Mono<TokenOutcome> ask(Tenant tenant, URI uri, TokenRequest request) {
    if (tenant.asking().incrementAndGet() > MAX_CONCURRENT) {
      tenant.asking().decrementAndGet();
      return Mono.just(new Unavailable("too many requests are under way"));
    }
    return endpoint
        .ask(uri, request)
        .timeout(timeLimit, Mono.just(new Unavailable("it took too long")), scheduler)
        .onErrorResume(
            Exception.class,
            failure -> Mono.just(new Unavailable(failure.getClass().getSimpleName())))
        .doFinally(_ -> tenant.asking().decrementAndGet());
  }
}
