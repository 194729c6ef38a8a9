/** How a Trino cluster knows that a request comes from the gateway, and for whom. */
@NullMarked
package dev.passgate.cluster.trust;

import org.jspecify.annotations.NullMarked;
