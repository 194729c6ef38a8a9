/** The gateway's own answer to "are you there" on the main listener. */
@NullMarked
package dev.passgate.health;

import org.jspecify.annotations.NullMarked;
