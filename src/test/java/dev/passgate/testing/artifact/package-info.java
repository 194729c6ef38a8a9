/** Gets the real parts from Maven's repositories and unpacks them once into a cache folder. */
@NullMarked
package dev.passgate.testing.artifact;

import org.jspecify.annotations.NullMarked;
