package dev.passgate.routing;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.identity.mapping.KeptClaims;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.bind.Binder;

/** Makes the rules of settings, at the start and whenever the settings change. */
public final class RoutingReload {

  /** Rules that are right, and not in force yet. */
  public static final class Prepared {

    private final Router.Plan plan;

    private Prepared(Router.Plan plan) {
      this.plan = plan;
    }

    /** What of an identity's claims the rules ask for. */
    public KeptClaims claims() {
      return plan.properties().claims();
    }

    /** The names of the rules, in order. */
    public List<String> rules() {
      return plan.rules().stream().map(Rule::name).toList();
    }
  }

  private final Router router;
  private final RunningCounts running;
  private volatile Prepared inForce;

  private RoutingReload(Router router, RunningCounts running, Prepared inForce) {
    this.router = router;
    this.running = running;
    this.inForce = inForce;
  }

  static RoutingReload start(
      RoutingProperties properties,
      List<Cluster> clusters,
      Set<String> sources,
      ClusterStates states,
      RunningCounts running) {
    Prepared first = prepare(properties, clusters, sources, running);
    return new RoutingReload(new Router(first.plan, states), running, first);
  }

  Router router() {
    return router;
  }

  /** The rules in force. */
  public Prepared inForce() {
    return inForce;
  }

  /**
   * Makes what the settings say, and changes nothing.
   *
   * @param clusters those that will be in force with the rules
   * @param sources every name that a credential can be from then
   * @throws dev.passgate.setting.InvalidSetting at the first rule for something that there is not
   */
  public Prepared prepare(Binder binder, List<Cluster> clusters, Set<String> sources) {
    return prepare(
        binder.bindOrCreate("passgate.routing", RoutingProperties.class),
        clusters,
        sources,
        running);
  }

  private static Prepared prepare(
      RoutingProperties properties,
      List<Cluster> clusters,
      Set<String> sources,
      RunningCounts running) {
    Set<String> labels = new TreeSet<>();
    clusters.forEach(cluster -> labels.addAll(cluster.labels()));
    return new Prepared(
        new Router.Plan(
            clusters,
            properties.compile(labels, new TreeSet<>(sources)),
            properties,
            new Balance(properties.countsQueries(), running)));
  }

  /** Puts rules in force. */
  public void apply(Prepared next) {
    router.follow(next.plan);
    inForce = next;
  }
}
