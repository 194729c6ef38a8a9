/** What joins all that is said about one request: its id, and its place in a trace. */
@NullMarked
package dev.passgate.trace;

import org.jspecify.annotations.NullMarked;
