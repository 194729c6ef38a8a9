/** Failures as clients see them: the one place that turns an exception into an answer. */
@NullMarked
package dev.passgate.failure;

import org.jspecify.annotations.NullMarked;
