/** JSON of strangers and providers, read in one way only. */
@NullMarked
package dev.passgate.identity.json;

import org.jspecify.annotations.NullMarked;
