/** Counting, for whoever bounds something: how many there are, and whether it was just said. */
@NullMarked
package dev.passgate.count;

import org.jspecify.annotations.NullMarked;
