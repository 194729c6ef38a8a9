/**
 * What watches the gateway: Prometheus itself, and the files that it and Grafana get from the
 * project.
 */
@NullMarked
package dev.passgate.testing.prometheus;

import org.jspecify.annotations.NullMarked;
