/** A real nginx, as users of another proxy than this one run it. */
@NullMarked
package dev.passgate.testing.nginx;

import org.jspecify.annotations.NullMarked;
