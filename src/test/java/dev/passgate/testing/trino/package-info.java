/** A real Trino and its real clients, for the tests and the quick start. */
@NullMarked
package dev.passgate.testing.trino;

import org.jspecify.annotations.NullMarked;
