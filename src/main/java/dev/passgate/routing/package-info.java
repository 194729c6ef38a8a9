/** Which cluster a new query goes to, by rules over who asks for what, and by what is healthy. */
@NullMarked
package dev.passgate.routing;

import org.jspecify.annotations.NullMarked;
