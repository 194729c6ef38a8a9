package dev.passgate.routing;

import dev.passgate.cluster.Cluster;
import java.util.function.ToIntFunction;

/** How many queries run on a cluster, as far as this gateway knows. */
@FunctionalInterface
public interface RunningCounts extends ToIntFunction<Cluster> {}
