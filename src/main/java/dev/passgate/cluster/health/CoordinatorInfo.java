package dev.passgate.cluster.health;

import org.jspecify.annotations.Nullable;

/**
 * What a coordinator tells of itself at {@code /v1/info} ({@code io.trino.client.ServerInfo}).
 *
 * @param starting whether it does not take queries yet
 * @param coordinatorId what its query ids end with, from Trino 477 on; null where it does not tell
 */
public record CoordinatorInfo(boolean starting, @Nullable String coordinatorId) {}
