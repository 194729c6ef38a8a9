package dev.passgate.proxy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.ClusterTls;
import dev.passgate.cluster.Clusters;
import dev.passgate.protocol.Origin;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientSecurityUtils;

/**
 * The client of each cluster: the shared one, or where a cluster has TLS of its own one with that,
 * made anew when its SSL bundle is reloaded. All share the connection provider, and so its bounds.
 * A new certificate is for new connections; those made with the old one end what they are at, and
 * are not used again.
 */
public final class ClusterHttpClients {

  private static final Logger log = LoggerFactory.getLogger(ClusterHttpClients.class);

  /** Under the 200 s after which Trino's server (Jetty, as airlift sets it) closes idle ones. */
  private static final Duration MAX_IDLE_TIME = Duration.ofSeconds(60);

  private static final int MAX_FORMER = 100;
  private static final Duration FORMER_IDLE_TIME = Duration.ofHours(1);

  /**
   * @param identified for requests of somebody
   * @param anonymous for requests of nobody, which must not pass for the gateway's own
   * @param probing for probes, which are requests of nobody, with a new connection for each
   */
  private record Clients(HttpClient identified, HttpClient anonymous, HttpClient probing) {}

  /**
   * @param cluster the one that they are of, by which others of the same name are told apart
   */
  private record Known(Cluster cluster, Clients clients) {}

  /** How a cluster was reached that no longer is so. */
  private record Way(String name, Origin origin, @Nullable ClusterTls tls) {

    static Way to(Cluster cluster) {
      return new Way(cluster.name(), cluster.origin(), cluster.tls());
    }
  }

  private final HttpClient shared;
  private final HttpClient probing;
  private final SslBundles bundles;
  private final Map<String, Known> clients = new ConcurrentHashMap<>();

  /** For requests that were under way when a cluster went, or is reached otherwise. */
  private final Cache<Way, Clients> former =
      Caffeine.newBuilder()
          .maximumSize(MAX_FORMER)
          .expireAfterAccess(FORMER_IDLE_TIME)
          .executor(Runnable::run)
          .build();

  /** The bundles whose changes are told here, which none can be told not to. */
  private final Set<String> watched = new HashSet<>();

  /**
   * @param shared for the clusters without TLS of their own
   * @param probing the same with a new connection for each request
   */
  ClusterHttpClients(HttpClient shared, HttpClient probing, Clusters clusters, SslBundles bundles) {
    this.shared = shared;
    this.probing = probing;
    this.bundles = bundles;
    clusters.all().forEach(this::add);
    clusters.listen(
        new Clusters.Listener() {
          @Override
          public void added(Cluster cluster) {
            add(cluster);
          }

          @Override
          public void removed(Cluster cluster) {
            remove(cluster);
          }
        });
  }

  private synchronized void add(Cluster cluster) {
    ClusterTls tls = cluster.tls();
    if (tls != null && !watched.contains(tls.bundle())) {
      bundles.addBundleUpdateHandler(tls.bundle(), bundle -> update(tls.bundle(), bundle));
      watched.add(tls.bundle());
    }
    keep(clients.put(cluster.name(), new Known(cluster, made(cluster))));
  }

  private synchronized void remove(Cluster cluster) {
    keep(clients.remove(cluster.name()));
  }

  private void keep(@Nullable Known before) {
    if (before != null && before.cluster().tls() != null) {
      former.put(Way.to(before.cluster()), before.clients());
    }
  }

  private Clients made(Cluster cluster) {
    ClusterTls tls = cluster.tls();
    if (tls == null) {
      return new Clients(shared, shared, probing);
    }
    try {
      return clients(tls, bundles.getBundle(tls.bundle()));
    } catch (SSLException e) {
      throw new IllegalStateException("cannot use the SSL bundle " + tls.bundle(), e);
    }
  }

  /** Those of a cluster; of one that is no more, those that it had. */
  private Clients clients(Cluster cluster) {
    Known known = clients.get(cluster.name());
    if (known != null && cluster.isReachedAs(known.cluster())) {
      return known.clients();
    }
    return cluster.tls() == null ? made(cluster) : former.get(Way.to(cluster), _ -> made(cluster));
  }

  /**
   * The client for a cluster.
   *
   * @param identified whether it is known whom the request is from
   */
  public HttpClient of(Cluster cluster, boolean identified) {
    Clients own = clients(cluster);
    return identified ? own.identified() : own.anonymous();
  }

  /** How long a connection to a cluster is kept that nobody uses. */
  public static Duration maxIdleTime(HttpClientProperties properties) {
    Duration configured = properties.getPool().getMaxIdleTime();
    return configured == null ? MAX_IDLE_TIME : configured;
  }

  /** The client for probes of any cluster. */
  HttpClient forProbes(Cluster cluster) {
    return clients(cluster).probing();
  }

  /** Clusters do not come or go meanwhile, so that none has what was before. */
  private synchronized void update(String name, SslBundle bundle) {
    clients.replaceAll(
        (cluster, known) -> {
          ClusterTls tls = known.cluster().tls();
          Clients renewed = renewed(name, bundle, cluster, tls);
          if (renewed == null) {
            return known;
          }
          log.atInfo()
              .addKeyValue("cluster", cluster)
              .addKeyValue("bundle", name)
              .log("The certificates for a cluster have changed, and are in force");
          return new Known(known.cluster(), renewed);
        });
    former
        .asMap()
        .forEach(
            (way, clients) -> {
              Clients renewed = renewed(name, bundle, way.name(), way.tls());
              if (renewed != null) {
                former.put(way, renewed);
              }
            });
  }

  /** The clients of another certificate; null where they stay as they are. */
  private @Nullable Clients renewed(
      String name, SslBundle bundle, String cluster, @Nullable ClusterTls tls) {
    if (tls == null || !tls.bundle().equals(name)) {
      return null;
    }
    try {
      return clients(tls, bundle);
    } catch (SSLException | RuntimeException e) {
      log.atError()
          .addKeyValue("cluster", cluster)
          .addKeyValue("bundle", name)
          .addKeyValue("cause", e.toString())
          .log("The certificates for a cluster have changed and are wrong, so the old ones stay");
      return null;
    }
  }

  private Clients clients(ClusterTls tls, SslBundle bundle) throws SSLException {
    SslContext keyed = context(bundle, bundle.getStores().getKeyStore() != null);
    SslContext ofNobody = tls.identifies() ? context(bundle, false) : keyed;
    HttpClient identified = client(shared, keyed);
    return new Clients(
        identified,
        tls.identifies() ? client(shared, ofNobody) : identified,
        client(probing, ofNobody));
  }

  private static HttpClient client(HttpClient base, SslContext context) {
    return base.secure(
        spec ->
            spec.sslContext(context)
                .handlerConfigurator(HttpClientSecurityUtils.HOSTNAME_VERIFICATION_CONFIGURER));
  }

  private static SslContext context(SslBundle bundle, boolean withKey) throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient().trustManager(bundle.getManagers().getTrustManagerFactory());
    if (withKey) {
      builder.keyManager(bundle.getManagers().getKeyManagerFactory());
    }
    SslOptions options = bundle.getOptions();
    if (options.getCiphers() != null) {
      builder.ciphers(Arrays.asList(options.getCiphers()));
    }
    if (options.getEnabledProtocols() != null) {
      builder.protocols(options.getEnabledProtocols());
    }
    return builder.build();
  }
}
