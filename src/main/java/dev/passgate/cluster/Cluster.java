package dev.passgate.cluster;

import dev.passgate.protocol.Origin;

/**
 * A Trino cluster, by its coordinator.
 *
 * @param name the configured name, for logs and metrics
 * @param origin where the coordinator is called, and where the URIs that it makes point
 */
public record Cluster(String name, Origin origin) {}
