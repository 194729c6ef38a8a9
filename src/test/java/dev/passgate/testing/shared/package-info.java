/** Has the servers that many tests share start while tests run that need none. */
@NullMarked
package dev.passgate.testing.shared;

import org.jspecify.annotations.NullMarked;
