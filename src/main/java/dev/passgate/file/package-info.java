/** Files that change while the gateway runs. */
@NullMarked
package dev.passgate.file;

import org.jspecify.annotations.NullMarked;
