package dev.passgate.cluster.trust;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * The keys of the tokens that the gateway signs for Trino.
 *
 * @param file private keys in PEM, the first of which signs; a key for one run where there is none
 */
@ConfigurationProperties("passgate.trino-keys")
public record TrinoKeysProperties(@Nullable Path file) {}
