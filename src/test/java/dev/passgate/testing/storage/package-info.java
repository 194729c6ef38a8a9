/** An object store, for results that Trino puts there. */
@NullMarked
package dev.passgate.testing.storage;

import org.jspecify.annotations.NullMarked;
