package dev.passgate.cluster;

import dev.passgate.cluster.trust.TrinoKeys;
import dev.passgate.cluster.trust.TrinoKeysProperties;
import dev.passgate.cluster.trust.Trusts;
import java.nio.file.Path;
import java.time.InstantSource;
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
    clusters.checkKeys(keys);
    if (!clusters.needKeys()) {
      return TrinoKeys.none();
    }
    Path file = keys.file();
    return file == null ? TrinoKeys.generated() : TrinoKeys.read(file, Schedulers.boundedElastic());
  }

  @Bean(destroyMethod = "close")
  Trusts trusts(TrinoKeys keys, ObjectProvider<InstantSource> clock) {
    return new Trusts(keys, clock.getIfUnique(InstantSource::system), Schedulers.boundedElastic());
  }

  @Bean
  ClusterReload clusterReload(Trusts trusts, TrinoKeys keys, SslBundles bundles) {
    return new ClusterReload(trusts, keys, new ClusterBundles(bundles));
  }

  @Bean
  Clusters clusters(ClusterProperties properties, ClusterReload reload) {
    return reload.start(properties);
  }
}
