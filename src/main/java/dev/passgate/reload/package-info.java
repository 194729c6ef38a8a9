/** Settings that change on disk and take effect without a restart. */
@NullMarked
package dev.passgate.reload;

import org.jspecify.annotations.NullMarked;
