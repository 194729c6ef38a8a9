package dev.passgate.reload;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterState;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.identity.issuer.IssuerRegistry;
import dev.passgate.routing.RoutingReload;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;

/** Tells at {@code /actuator/configuration} of the management listener what is in force. */
@Endpoint(id = "configuration")
final class ConfigurationEndpoint {

  /**
   * The whole answer. Holds no secret.
   *
   * @param impersonationRules how many there are
   */
  record InForce(
      ConfigurationState configuration,
      List<ShownIssuer> issuers,
      List<ShownCluster> clusters,
      List<String> routingRules,
      int impersonationRules) {}

  record ShownIssuer(String name, String issuerUri) {}

  record ShownCluster(
      String name,
      String url,
      SortedSet<String> labels,
      int weight,
      boolean draining,
      ClusterState state) {}

  private final ConfigurationReload reload;
  private final IssuerRegistry issuers;
  private final Clusters clusters;
  private final ClusterStates states;
  private final RoutingReload routing;
  private final Impersonation impersonation;

  ConfigurationEndpoint(
      ConfigurationReload reload,
      IssuerRegistry issuers,
      Clusters clusters,
      ClusterStates states,
      RoutingReload routing,
      Impersonation impersonation) {
    this.reload = reload;
    this.issuers = issuers;
    this.clusters = clusters;
    this.states = states;
    this.routing = routing;
    this.impersonation = impersonation;
  }

  /** What is in force now. */
  @ReadOperation
  InForce inForce() {
    return new InForce(
        reload.state(),
        issuers.issuers().stream()
            .map(issuer -> new ShownIssuer(issuer.name(), issuer.issuerUri()))
            .toList(),
        clusters.all().stream().map(this::shown).toList(),
        routing.inForce().rules(),
        impersonation.size());
  }

  private ShownCluster shown(Cluster cluster) {
    return new ShownCluster(
        cluster.name(),
        cluster.origin().toString(),
        new TreeSet<>(cluster.labels()),
        cluster.weight(),
        cluster.draining(),
        states.state(cluster));
  }
}
