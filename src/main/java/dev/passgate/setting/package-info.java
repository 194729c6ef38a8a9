/** Settings that are wrong: how the start is stopped with one clear message. */
@NullMarked
package dev.passgate.setting;

import org.jspecify.annotations.NullMarked;
