package dev.passgate.reload;

import dev.passgate.cluster.ClusterReload;
import dev.passgate.gate.GateReload;
import dev.passgate.identity.impersonation.Impersonation;
import dev.passgate.identity.issuer.IssuerCheck;
import dev.passgate.identity.issuer.IssuerReload;
import dev.passgate.routing.RoutingReload;
import dev.passgate.setting.UnknownSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * What takes effect without a restart: clusters, issuers, routing rules and impersonation rules,
 * all of them or none. For one thread at a time.
 *
 * @param checks who can tell that issuers do not fit
 */
record Features(
    ClusterReload clusters,
    IssuerReload issuers,
    RoutingReload routing,
    Impersonation impersonation,
    GateReload gate,
    List<IssuerCheck> checks) {

  /** What their keys begin with. */
  static final List<ConfigurationPropertyName> KEYS =
      List.of(
          ConfigurationPropertyName.of("passgate.clusters"),
          ConfigurationPropertyName.of("passgate.issuers"),
          ConfigurationPropertyName.of("passgate.routing"),
          ConfigurationPropertyName.of("passgate.impersonation"));

  Features {
    checks = List.copyOf(checks);
  }

  /**
   * What became of an environment.
   *
   * @param mistakes what is wrong, for operators; none where it is in force
   * @param partly whether some of it is in force nevertheless
   */
  record Outcome(List<String> mistakes, boolean partly) {

    Outcome {
      mistakes = List.copyOf(mistakes);
    }
  }

  /** What was made of settings, and can be put in force. */
  private record Next(
      ClusterReload.Prepared clusters,
      IssuerReload.Prepared issuers,
      RoutingReload.Prepared routing,
      Impersonation impersonation) {}

  /**
   * Puts what an environment says in force, if all of it is right. Blocks.
   *
   * @return what is wrong, if anything: nothing has changed then, unless it was found only while
   *     all was put in force
   */
  Outcome take(ConfigurableEnvironment environment) {
    List<String> mistakes = new ArrayList<>();
    attempt(
        mistakes,
        () -> {
          UnknownSettings.refuse(environment);
          return environment;
        });
    Next next = prepare(Binder.get(environment), mistakes);
    if (next == null) {
      return new Outcome(mistakes, false);
    }
    if (!mistakes.isEmpty()) {
      discard(next.clusters(), next.issuers());
      return new Outcome(mistakes, false);
    }
    attempt(
        mistakes,
        () -> {
          apply(next);
          return next;
        });
    return new Outcome(mistakes, !mistakes.isEmpty());
  }

  private @Nullable Next prepare(Binder binder, List<String> mistakes) {
    ClusterReload.Prepared nextClusters = attempt(mistakes, () -> clusters.prepare(binder));
    IssuerReload.Prepared nextIssuers = attempt(mistakes, () -> issuers.prepare(binder));
    Impersonation nextImpersonation = attempt(mistakes, () -> Impersonation.of(binder));
    RoutingReload.Prepared nextRouting = null;
    if (nextIssuers != null) {
      for (IssuerCheck check : checks) {
        attempt(
            mistakes,
            () -> {
              check.check(nextIssuers.issuers());
              return check;
            });
      }
      if (nextImpersonation != null) {
        attempt(
            mistakes,
            () -> {
              nextImpersonation.check(nextIssuers.sources());
              return nextImpersonation;
            });
      }
      if (nextClusters != null) {
        nextRouting =
            attempt(
                mistakes, () -> routing.prepare(binder, nextClusters.all(), nextIssuers.sources()));
      }
    }
    if (nextClusters == null
        || nextIssuers == null
        || nextImpersonation == null
        || nextRouting == null) {
      discard(nextClusters, nextIssuers);
      return null;
    }
    return new Next(nextClusters, nextIssuers, nextRouting, nextImpersonation);
  }

  private void discard(
      ClusterReload.@Nullable Prepared nextClusters, IssuerReload.@Nullable Prepared nextIssuers) {
    if (nextClusters != null) {
      clusters.discard(nextClusters);
    }
    if (nextIssuers != null) {
      issuers.discard(nextIssuers);
    }
  }

  /** What is new comes before what names it, and what has gone goes last. */
  private void apply(Next next) {
    clusters.apply(
        next.clusters(),
        () -> {
          impersonation.become(next.impersonation());
          issuers.apply(
              next.issuers(),
              next.routing().claims(),
              () -> {
                gate.apply(issuers.verifier(), next.issuers().issuers());
                routing.apply(next.routing());
              });
        });
  }

  private static <T> @Nullable T attempt(List<String> mistakes, Supplier<T> work) {
    try {
      return work.get();
    } catch (RuntimeException e) {
      Mistake.of(e).stream().filter(one -> !mistakes.contains(one)).forEach(mistakes::add);
      return null;
    }
  }
}
