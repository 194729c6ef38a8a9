/** Asking identity providers over HTTP. */
@NullMarked
package dev.passgate.identity.http;

import org.jspecify.annotations.NullMarked;
