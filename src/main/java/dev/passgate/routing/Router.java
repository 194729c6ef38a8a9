package dev.passgate.routing;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.health.ClusterStates;
import dev.passgate.identity.Identity;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the cluster for a request that may go to any: the first rule that matches names a label,
 * and of the label's clusters that take new queries one is chosen. Thread-safe.
 */
public final class Router {

  /** Stands for the label where all clusters are meant. */
  static final String ANY = "any";

  /**
   * What the rules say.
   *
   * @param label null for all clusters
   */
  private record Way(@Nullable String rule, @Nullable String label) {

    String shownLabel() {
      return label == null ? ANY : label;
    }
  }

  /**
   * What is in force: rules, and the clusters that they are for.
   *
   * @param clusters in the order of their names
   */
  record Plan(
      List<Cluster> clusters, List<Rule> rules, RoutingProperties properties, Balance balance) {

    Plan {
      clusters = List.copyOf(clusters);
      rules = List.copyOf(rules);
    }
  }

  private final ClusterStates states;
  private volatile Plan plan;

  Router(
      Clusters clusters,
      List<Rule> rules,
      RoutingProperties properties,
      ClusterStates states,
      Balance balance) {
    this(new Plan(clusters.all(), rules, properties, balance), states);
  }

  Router(Plan plan, ClusterStates states) {
    this.plan = plan;
    this.states = states;
  }

  /** Puts other rules in force. */
  void follow(Plan next) {
    plan = next;
  }

  /**
   * The cluster for a request.
   *
   * @param except clusters that are passed over, because it was found just now that they cannot be
   *     reached
   */
  public Choice choose(RoutingRequest request, Set<Cluster> except) {
    Plan now = plan;
    Way way = way(now, request);
    if (way == null) {
      return new Choice.Unmatched();
    }
    String label = way.shownLabel();
    List<Cluster> takers = takers(of(now, way), except);
    if (takers.isEmpty()) {
      return new Choice.Unavailable(way.rule(), label);
    }
    Cluster cluster =
        request.startsQuery()
            ? now.balance().next(label, takers)
            : now.balance().peek(label, takers);
    return new Choice.Chosen(cluster, way.rule(), label);
  }

  /**
   * The cluster for one of many requests that belong together and do not say so, such as those of a
   * page: the same one each time, for as long as it is healthy. Also one that takes no new queries.
   *
   * @param preferred the name of the one to take where the rules allow it; null where there is none
   */
  public Choice steady(RoutingRequest request, @Nullable String preferred) {
    Plan now = plan;
    Way way = way(now, request);
    if (way == null) {
      return new Choice.Unmatched();
    }
    List<Cluster> usable = states.usable(of(now, way));
    if (usable.isEmpty()) {
      return new Choice.Unavailable(way.rule(), way.shownLabel());
    }
    Cluster cluster =
        usable.stream()
            .filter(one -> one.name().equals(preferred))
            .findFirst()
            .orElse(usable.getFirst());
    return new Choice.Chosen(cluster, way.rule(), way.shownLabel());
  }

  /** What {@link #choose} would say now, and why. Changes nothing. */
  public Preview preview(RoutingRequest request) {
    Plan now = plan;
    Way way = way(now, request);
    if (way == null) {
      return new Preview(null, null, List.of(), new Choice.Unmatched());
    }
    List<Cluster> all = of(now, way);
    List<Cluster> takers = takers(all, Set.of());
    Choice choice =
        takers.isEmpty()
            ? new Choice.Unavailable(way.rule(), way.shownLabel())
            : new Choice.Chosen(
                now.balance().peek(way.shownLabel(), takers), way.rule(), way.shownLabel());
    return new Preview(
        way.rule(),
        way.shownLabel(),
        all.stream()
            .map(one -> new Preview.Candidate(one, states.state(one), now.balance().running(one)))
            .toList(),
        choice);
  }

  /** Whether some rule asks what a statement does. Where none does, nobody needs to find out. */
  public boolean asksForStatement() {
    return plan.properties().asksForStatement();
  }

  /** Null where the request is refused. Nobody, on a public route, is not asked about by rules. */
  private static @Nullable Way way(Plan plan, RoutingRequest request) {
    Identity identity = request.identity();
    if (identity != null) {
      ClientHeaders headers = new ClientHeaders(request.headers());
      for (Rule rule : plan.rules()) {
        if (rule.matches(identity, headers, request.statement())) {
          return new Way(rule.name(), rule.label());
        }
      }
      if (plan.properties().refusesUnmatched()) {
        return null;
      }
    }
    return new Way(null, plan.properties().defaultLabel());
  }

  private static List<Cluster> of(Plan plan, Way way) {
    String label = way.label();
    return label == null
        ? plan.clusters()
        : plan.clusters().stream().filter(cluster -> cluster.labels().contains(label)).toList();
  }

  private List<Cluster> takers(List<Cluster> some, Set<Cluster> except) {
    return states.usable(
        some.stream().filter(cluster -> !cluster.draining() && !except.contains(cluster)).toList());
  }
}
