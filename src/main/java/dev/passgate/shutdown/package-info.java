/** How a gateway ends: what its clients are told meanwhile, and how long they may go on. */
@NullMarked
package dev.passgate.shutdown;

import org.jspecify.annotations.NullMarked;
