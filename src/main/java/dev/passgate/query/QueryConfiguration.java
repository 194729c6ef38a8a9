package dev.passgate.query;

import dev.passgate.cluster.ClusterGauge;
import dev.passgate.cluster.Clusters;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.InstantSource;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the count of queries, and tells it in {@code passgate_queries_running{cluster}}. */
@Configuration(proxyBeanMethods = false)
class QueryConfiguration {

  @Bean
  RunningQueries runningQueries(
      ObjectProvider<InstantSource> clock, ObjectProvider<QueryEvents> events) {
    return new RunningQueries(
        clock.getIfUnique(InstantSource::system), events.getIfAvailable(() -> QueryEvents.NONE));
  }

  @Bean
  MeterBinder runningQueryGauges(RunningQueries queries, Clusters clusters) {
    return ClusterGauge.of(
        "passgate.queries.running",
        "Queries that run, as this replica sees them",
        clusters,
        cluster -> queries.onCluster(cluster.name()));
  }
}
