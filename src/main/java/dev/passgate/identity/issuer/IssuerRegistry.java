package dev.passgate.identity.issuer;

import dev.passgate.identity.IdentitySources;
import dev.passgate.setting.InvalidSetting;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The issuers that are trusted; what is not in here is trusted by nobody. Thread-safe. */
public final class IssuerRegistry implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IssuerRegistry.class);

  private record Snapshot(
      Map<String, TrustedIssuer> byUri, List<TrustedIssuer> trusted, List<Issuer> issuers) {

    static Snapshot of(Collection<TrustedIssuer> issuers) {
      Map<String, TrustedIssuer> byUri = new LinkedHashMap<>();
      issuers.forEach(issuer -> byUri.put(issuer.issuerUri(), issuer));
      return new Snapshot(byUri, List.copyOf(byUri.values()), List.copyOf(byUri.values()));
    }
  }

  private final Runnable release;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Snapshot now;

  /** Those that are no more while requests may wait for them, with what ends them. */
  private final Map<TrustedIssuer, Disposable> ending = new ConcurrentHashMap<>();

  /**
   * A registry whose issuers do not fetch keys yet.
   *
   * @param issuers the issuers, each with a URI of its own
   * @param release closes what the issuers share, after them
   */
  IssuerRegistry(Collection<TrustedIssuer> issuers, Runnable release) {
    this.now = Snapshot.of(issuers);
    this.release = release;
  }

  static IssuerRegistry of(
      List<IssuerSettings> settings,
      Function<IssuerSettings, KeySource> sources,
      Runnable release,
      TrustedIssuer.Surroundings surroundings) {
    return new IssuerRegistry(
        settings.stream()
            .map(one -> new TrustedIssuer(one, sources.apply(one), surroundings))
            .toList(),
        release);
  }

  /**
   * Looks whether there are any.
   *
   * @throws InvalidSetting if there are none
   */
  static List<IssuerSettings> notNone(List<IssuerSettings> settings) {
    if (settings.isEmpty()) {
      throw new InvalidSetting(
          "passgate.issuers",
          null,
          "at least one issuer of tokens, such as passgate.issuers.acme with issuer-uri and"
              + " audiences; without one, nobody gets in");
    }
    return settings;
  }

  /** All of them, in the order of their names: the same list until there are others. */
  public List<Issuer> issuers() {
    return now.issuers();
  }

  /** Every name that a credential can be from. */
  public Set<String> sources() {
    Set<String> names = new TreeSet<>(IdentitySources.NAMES);
    issuers().forEach(issuer -> names.add(issuer.name()));
    return names;
  }

  /** Has somebody told when there are others. */
  public void listen(Runnable listener) {
    listeners.add(listener);
  }

  List<TrustedIssuer> trusted() {
    return now.trusted();
  }

  /** Finds issuers, of those in force now, by what tokens call them, exactly. */
  Function<String, @Nullable TrustedIssuer> lookup() {
    return now.byUri()::get;
  }

  /** The one that tokens call by exactly this name. */
  @Nullable TrustedIssuer find(String issuerUri) {
    return now.byUri().get(issuerUri);
  }

  /** Puts others in force, and has those begin that are new. */
  void replace(List<TrustedIssuer> issuers) {
    List<TrustedIssuer> before = now.trusted();
    for (TrustedIssuer issuer : issuers) {
      if (!before.contains(issuer)) {
        warnOfExposure(issuer);
        issuer.start();
      }
    }
    now = Snapshot.of(issuers);
    listeners.forEach(Runnable::run);
  }

  /**
   * Ends those of some that are not in force: their own fetching at once, and the rest once no
   * request can wait for it any more.
   */
  void end(List<TrustedIssuer> some) {
    List<TrustedIssuer> kept = now.trusted();
    for (TrustedIssuer issuer : some) {
      if (!kept.contains(issuer)) {
        issuer.stop(kept);
        ending.put(
            issuer,
            Mono.delay(issuer.longestWait(), Schedulers.boundedElastic())
                .subscribe(
                    _ -> {
                      ending.remove(issuer);
                      issuer.close(kept);
                    }));
      }
    }
  }

  /** Whose opaque tokens are. */
  OpaqueTokens opaqueTokens() {
    return new OpaqueTokens(now.trusted());
  }

  /** Begins to fetch keys, and does not wait for them: the gateway starts without a provider. */
  void start() {
    now.trusted().forEach(IssuerRegistry::warnOfExposure);
    now.trusted().forEach(TrustedIssuer::start);
  }

  private static void warnOfExposure(TrustedIssuer issuer) {
    IssuerSettings settings = issuer.settings();
    List<URI> fetched = new ArrayList<>();
    fetched.add(
        settings.jwkSetUri() == null ? URI.create(settings.issuerUri()) : settings.jwkSetUri());
    if (settings.tokenUri() != null) {
      fetched.add(settings.tokenUri());
    }
    if (settings.introspection() != null && settings.introspection().uri() != null) {
      fetched.add(settings.introspection().uri());
    }
    fetched.stream()
        .filter(Uris::isExposed)
        .forEach(
            uri ->
                log.atWarn()
                    .addKeyValue("issuer", issuer.name())
                    .addKeyValue("uri", uri)
                    .log(
                        "The issuer is asked over plain http: whoever is on the way can become"
                            + " anybody"));
  }

  /** Ends all fetching. */
  @Override
  public void close() {
    ending.forEach(
        (issuer, timer) -> {
          timer.dispose();
          issuer.close();
        });
    now.trusted().forEach(TrustedIssuer::close);
    release.run();
  }
}
