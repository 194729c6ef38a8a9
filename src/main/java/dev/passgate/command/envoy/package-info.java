/** {@code import-envoy}: from a configuration of Envoy to one of Passgate. */
@NullMarked
package dev.passgate.command.envoy;

import org.jspecify.annotations.NullMarked;
