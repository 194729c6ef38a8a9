/** The gateway from outside, against real parts where there are such. */
@NullMarked
package dev.passgate.e2e;

import org.jspecify.annotations.NullMarked;
