/** The Helm chart as Helm renders it, read as Kubernetes reads it. */
@NullMarked
package dev.passgate.testing.helm;

import org.jspecify.annotations.NullMarked;
