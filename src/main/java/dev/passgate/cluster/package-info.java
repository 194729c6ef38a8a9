/** The Trino clusters behind the gateway. */
@NullMarked
package dev.passgate.cluster;

import org.jspecify.annotations.NullMarked;
