/** The gateway itself as a fixture, and the watch over its buffers. */
@NullMarked
package dev.passgate.testing.gateway;

import org.jspecify.annotations.NullMarked;
