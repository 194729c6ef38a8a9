/** The Helm chart: what it makes is what Kubernetes and the gateway take. */
@NullMarked
package dev.passgate.chart;

import org.jspecify.annotations.NullMarked;
