/** A real Redis. */
@NullMarked
package dev.passgate.testing.redis;

import org.jspecify.annotations.NullMarked;
