/** What may depend on what. */
@NullMarked
package dev.passgate.architecture;

import org.jspecify.annotations.NullMarked;
