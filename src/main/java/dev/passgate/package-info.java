/** The program: starts the gateway and wires its features together. */
@NullMarked
package dev.passgate;

import org.jspecify.annotations.NullMarked;
