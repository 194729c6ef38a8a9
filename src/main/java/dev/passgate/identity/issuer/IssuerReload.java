package dev.passgate.identity.issuer;

import dev.passgate.identity.IdentitySources;
import dev.passgate.identity.TokenVerifier;
import dev.passgate.identity.mapping.KeptClaims;
import dev.passgate.identity.mapping.UserNamespace;
import dev.passgate.identity.mapping.UserNamespaces;
import dev.passgate.setting.InvalidSetting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.Binder;

/**
 * Makes the issuers anew when their settings change. One whose settings are the same stays what it
 * is; one whose keys come from where they came from keeps these. For one thread at a time.
 */
public final class IssuerReload {

  /** Issuers that are right, and not in force yet. */
  public static final class Prepared {

    private final IssuersProperties properties;
    private final List<TrustedIssuer> issuers;
    private final UserNamespaces namespaces;

    private Prepared(
        IssuersProperties properties, List<TrustedIssuer> issuers, UserNamespaces namespaces) {
      this.properties = properties;
      this.issuers = issuers;
      this.namespaces = namespaces;
    }

    /** The issuers in the order of their names. */
    public List<Issuer> issuers() {
      return List.copyOf(issuers);
    }

    /** Every name that a credential can be from. */
    public Set<String> sources() {
      Set<String> names = new TreeSet<>(IdentitySources.NAMES);
      issuers.forEach(issuer -> names.add(issuer.name()));
      return names;
    }
  }

  private final IssuerFactory factory;
  private final IssuerRegistry registry;
  private final UserNamespaces namespaces;
  private final List<UserNamespace.Source> others;
  private IssuersProperties inForce;
  private KeptClaims kept;

  /** Whether the last change came into force as a whole. */
  private boolean whole = true;

  private volatile TokenVerifier verifier;

  /**
   * @param namespaces those that everybody uses
   * @param others the sources of users that are no issuers
   * @param inForce what the issuers of the registry were made of
   * @param kept what they keep of claims
   */
  IssuerReload(
      IssuerFactory factory,
      IssuerRegistry registry,
      UserNamespaces namespaces,
      List<UserNamespace.Source> others,
      IssuersProperties inForce,
      KeptClaims kept) {
    this.factory = factory;
    this.registry = registry;
    this.namespaces = namespaces;
    this.others = List.copyOf(others);
    this.inForce = inForce;
    this.kept = kept;
    this.verifier = factory.verifier(registry);
  }

  /** What verifies tokens of the issuers in force. */
  public TokenVerifier verifier() {
    return verifier;
  }

  /**
   * Makes what the settings say, and changes nothing. What comes of it is to be {@link #apply
   * applied} or {@link #discard discarded}. Reads files.
   *
   * @throws InvalidSetting if an issuer cannot be made; {@code BindException} if a value is of the
   *     wrong type
   */
  public Prepared prepare(Binder binder) {
    IssuersProperties properties = binder.bindOrCreate("passgate", IssuersProperties.class);
    List<UserNamespace> names = new ArrayList<>(properties.namespaces());
    others.forEach(source -> source.namespaces().forEach(names::add));
    UserNamespaces apart = UserNamespaces.of(names);
    Map<String, TrustedIssuer> before = new LinkedHashMap<>();
    registry.trusted().forEach(issuer -> before.put(issuer.name(), issuer));
    List<TrustedIssuer> issuers = new ArrayList<>();
    for (IssuerSettings settings : IssuerRegistry.notNone(properties.settings())) {
      String name = settings.name();
      TrustedIssuer old = before.get(name);
      boolean same = Objects.equals(properties.issuers().get(name), inForce.issuers().get(name));
      issuers.add(old != null && same ? old : factory.issuer(settings, old));
    }
    return new Prepared(properties, issuers, apart);
  }

  /**
   * Puts issuers in force, and ends those that are no more.
   *
   * @param claims what of the claims goes on with an identity
   * @param swap puts {@link #verifier} in force, where decisions are made, together with what they
   *     rest on
   */
  public void apply(Prepared next, KeptClaims claims, Runnable swap) {
    boolean same =
        whole
            && next.properties.equals(inForce)
            && claims.equals(kept)
            && namespaces.isSame(next.namespaces);
    if (same) {
      swap.run();
      return;
    }
    List<TrustedIssuer> before = registry.trusted();
    whole = false;
    namespaces.become(next.namespaces);
    // The rules before ask for theirs until the swap.
    KeptClaims both = KeptClaims.of(List.of(() -> kept, () -> claims));
    next.issuers.forEach(issuer -> issuer.keep(both));
    registry.replace(next.issuers);
    inForce = next.properties;
    verifier = factory.verifier(registry);
    swap.run();
    next.issuers.forEach(issuer -> issuer.keep(claims));
    kept = claims;
    registry.end(before);
    whole = true;
  }

  /** Lets go of issuers that are not to come into force: they have not begun anything. */
  public void discard(Prepared prepared) {
    List<TrustedIssuer> now = registry.trusted();
    for (TrustedIssuer issuer : prepared.issuers) {
      if (!now.contains(issuer)) {
        issuer.close(now);
      }
    }
  }
}
