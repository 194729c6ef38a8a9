/**
 * Where a request must go, and whose it must be, with nothing kept: what Trino gives out to be sent
 * back carries it, under a signature that all replicas check.
 */
@NullMarked
package dev.passgate.affinity;

import org.jspecify.annotations.NullMarked;
