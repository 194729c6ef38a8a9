/** A plain load balancer in front of several gateways. */
@NullMarked
package dev.passgate.testing.balancer;

import org.jspecify.annotations.NullMarked;
