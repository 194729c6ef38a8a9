/** Runs the real parts as child processes that never outlive this one. */
@NullMarked
package dev.passgate.testing.process;

import org.jspecify.annotations.NullMarked;
