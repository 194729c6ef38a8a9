/** Mixed traffic with faults for as long as one likes, and what the gateway costs meanwhile. */
@NullMarked
package dev.passgate.soak;

import org.jspecify.annotations.NullMarked;
