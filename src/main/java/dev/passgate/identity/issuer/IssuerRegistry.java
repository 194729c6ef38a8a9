package dev.passgate.identity.issuer;

import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The issuers that are trusted; what is not in here is trusted by nobody. */
public final class IssuerRegistry implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IssuerRegistry.class);

  private final Map<String, TrustedIssuer> byUri = new LinkedHashMap<>();
  private final Runnable release;

  /**
   * A registry whose issuers do not fetch keys yet.
   *
   * @param issuers the issuers, each with a URI of its own
   * @param release closes what the issuers share, after them
   */
  IssuerRegistry(Collection<TrustedIssuer> issuers, Runnable release) {
    issuers.forEach(issuer -> byUri.put(issuer.issuerUri(), issuer));
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

  /** All of them, in the order of their names. */
  public List<Issuer> issuers() {
    return List.copyOf(byUri.values());
  }

  /** The one that tokens call by exactly this name. */
  @Nullable TrustedIssuer find(String issuerUri) {
    return byUri.get(issuerUri);
  }

  /** Whose opaque tokens are. */
  OpaqueTokens opaqueTokens() {
    return new OpaqueTokens(byUri.values());
  }

  /** Begins to fetch keys, and does not wait for them: the gateway starts without a provider. */
  void start() {
    byUri.values().forEach(IssuerRegistry::warnOfExposure);
    byUri.values().forEach(TrustedIssuer::start);
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
    byUri.values().forEach(TrustedIssuer::close);
    release.run();
  }
}
