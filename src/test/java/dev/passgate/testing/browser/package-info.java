/** A real browser, and what it asked for. */
@NullMarked
package dev.passgate.testing.browser;

import org.jspecify.annotations.NullMarked;
