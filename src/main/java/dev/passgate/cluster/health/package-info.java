/** Which clusters can be used now: probes of their coordinators, and what real traffic meets. */
@NullMarked
package dev.passgate.cluster.health;

import org.jspecify.annotations.NullMarked;
