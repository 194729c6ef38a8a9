package dev.passgate.cluster;

/**
 * TLS towards a cluster.
 *
 * @param bundle the name of the Spring SSL bundle with what is trusted, and with the gateway's own
 *     certificate where it has one
 * @param identifies whether the certificate says who a request without a user is from, so that it
 *     must not be shown for requests of nobody
 */
public record ClusterTls(String bundle, boolean identifies) {}
