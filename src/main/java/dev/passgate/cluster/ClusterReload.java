package dev.passgate.cluster;

import dev.passgate.cluster.trust.TrinoKeys;
import dev.passgate.cluster.trust.TrinoKeysProperties;
import dev.passgate.cluster.trust.Trust;
import dev.passgate.cluster.trust.Trusts;
import dev.passgate.setting.InvalidSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;

/**
 * Makes clusters of settings, at the start and whenever the settings change. A cluster whose
 * settings are the same stays what it is, with all that is known of it. For one thread at a time.
 */
public final class ClusterReload {

  /**
   * Clusters that are right, and not in force yet.
   *
   * @param all in the order of their names
   */
  public record Prepared(List<Cluster> all, Map<String, ClusterSettings> settings) {

    public Prepared {
      all = List.copyOf(all);
      settings = Map.copyOf(settings);
    }
  }

  private final Trusts trusts;
  private final TrinoKeys keys;
  private final ClusterBundles bundles;
  private Prepared inForce = new Prepared(List.of(), Map.of());
  private @Nullable Clusters clusters;

  ClusterReload(Trusts trusts, TrinoKeys keys, ClusterBundles bundles) {
    this.trusts = trusts;
    this.keys = keys;
    this.bundles = bundles;
  }

  /** Makes those of the start. */
  Clusters start(ClusterProperties properties) {
    inForce = prepare(properties);
    Clusters made = new Clusters(inForce.all());
    clusters = made;
    return made;
  }

  /**
   * Makes what the settings say, and changes nothing. What comes of it is to be {@link #apply
   * applied} or {@link #discard discarded}.
   *
   * @throws InvalidSetting if a cluster cannot be made; {@code BindException} if a value is of the
   *     wrong type
   */
  public Prepared prepare(Binder binder) {
    ClusterProperties properties = binder.bindOrCreate("passgate", ClusterProperties.class);
    TrinoKeysProperties file =
        binder.bindOrCreate("passgate.trino-keys", TrinoKeysProperties.class);
    properties.checkKeys(file);
    if (properties.needKeys() && !keys.exist()) {
      throw new InvalidSetting(
          "passgate.clusters.<name>.trust",
          "jwt",
          "another one until the next start: the keys that sign tokens for Trino are read at the"
              + " start, if a cluster needs them then");
    }
    return prepare(properties);
  }

  private Prepared prepare(ClusterProperties properties) {
    List<Cluster> all = new ArrayList<>();
    try {
      new TreeMap<>(properties.clusters())
          .forEach(
              (name, settings) -> {
                Cluster same = settings.equals(inForce.settings().get(name)) ? find(name) : null;
                all.add(same == null ? make(name, settings) : same);
              });
    } catch (RuntimeException e) {
      release(all, inForce.all());
      throw e;
    }
    return new Prepared(all, properties.clusters());
  }

  private @Nullable Cluster find(String name) {
    return inForce.all().stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
  }

  private Cluster make(String name, ClusterSettings settings) {
    String key = ClusterProperties.key(name);
    ClusterTls tls = settings.tls();
    if (tls != null) {
      bundles.check(key + "bundle", tls);
    }
    return new Cluster(
        name,
        settings.origin(),
        settings.labels(name),
        settings.weight(),
        settings.isDraining(),
        settings.forwardedHeaders(),
        trust(key, name, settings),
        settings.sendsOriginalUser(),
        tls);
  }

  private Trust trust(String key, String name, ClusterSettings settings) {
    return switch (settings.kind()) {
      case NONE, CERTIFICATE -> Trust.CONNECTION;
      case BASIC -> trusts.serviceAccount(key + "basic.", Objects.requireNonNull(settings.basic()));
      case JWT -> trusts.signedToken(settings.jwtOrDefault(), name);
    };
  }

  /**
   * Puts clusters in force, and lets go of what only those before needed.
   *
   * @param rules puts in force what chooses among the clusters; run while there are both those
   *     before and those to come
   */
  public void apply(Prepared next, Runnable rules) {
    Clusters all = Objects.requireNonNull(clusters);
    List<Cluster> before = inForce.all();
    Map<String, Cluster> both = new TreeMap<>();
    before.forEach(cluster -> both.put(cluster.name(), cluster));
    next.all().forEach(cluster -> both.put(cluster.name(), cluster));
    all.replace(List.copyOf(both.values()));
    rules.run();
    all.replace(next.all());
    inForce = next;
    release(before, next.all());
  }

  /** Lets go of clusters that are not to come into force. */
  public void discard(Prepared prepared) {
    release(prepared.all(), inForce.all());
  }

  @SuppressWarnings("ReferenceEquality") // which object it is, as its file is watched
  private void release(List<Cluster> some, List<Cluster> kept) {
    for (Cluster cluster : some) {
      if (kept.stream().noneMatch(one -> one.trust() == cluster.trust())) {
        trusts.release(cluster.trust());
      }
    }
  }
}
