package dev.passgate.cluster;

import dev.passgate.cluster.trust.TrinoKeys;
import dev.passgate.cluster.trust.TrinoKeysProperties;
import dev.passgate.cluster.trust.Trust;
import dev.passgate.cluster.trust.Trusts;
import dev.passgate.setting.InvalidSetting;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import reactor.core.scheduler.Schedulers;

/** Wires the clusters. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({ClusterProperties.class, TrinoKeysProperties.class})
class ClusterConfiguration {

  @Bean(destroyMethod = "close")
  TrinoKeys trinoKeys(ClusterProperties clusters, TrinoKeysProperties keys) {
    Path file = keys.file();
    if (!clusters.needKeys()) {
      if (file != null) {
        throw new InvalidSetting(
            "passgate.trino-keys.file", file, "nothing, as no cluster has trust: jwt");
      }
      return TrinoKeys.none();
    }
    return file == null ? TrinoKeys.generated() : TrinoKeys.read(file, Schedulers.boundedElastic());
  }

  @Bean(destroyMethod = "close")
  Trusts trusts(TrinoKeys keys, ObjectProvider<InstantSource> clock) {
    return new Trusts(keys, clock.getIfUnique(InstantSource::system), Schedulers.boundedElastic());
  }

  @Bean
  Clusters clusters(ClusterProperties properties, Trusts trusts, SslBundles bundles) {
    ClusterBundles found = new ClusterBundles(bundles);
    List<Cluster> all = new ArrayList<>();
    new TreeMap<>(properties.clusters())
        .forEach(
            (name, settings) -> {
              String key = ClusterProperties.key(name);
              ClusterTls tls = settings.tls();
              if (tls != null) {
                found.check(key + "bundle", tls);
              }
              all.add(
                  new Cluster(
                      name,
                      settings.origin(),
                      settings.labels(name),
                      settings.weight(),
                      settings.isDraining(),
                      settings.forwardedHeaders(),
                      trust(key, name, settings, trusts),
                      settings.sendsOriginalUser(),
                      tls));
            });
    return new Clusters(all);
  }

  private static Trust trust(String key, String name, ClusterSettings settings, Trusts trusts) {
    return switch (settings.kind()) {
      case NONE, CERTIFICATE -> Trust.CONNECTION;
      case BASIC -> trusts.serviceAccount(key + "basic.", Objects.requireNonNull(settings.basic()));
      case JWT -> trusts.signedToken(settings.jwtOrDefault(), name);
    };
  }
}
