/** Explains what the gate decides on a credential, and why. */
@NullMarked
package dev.passgate.explain;

import org.jspecify.annotations.NullMarked;
