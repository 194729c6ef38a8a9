/** Trino's client protocol in plain Java: header names, paths, and the URIs in its answers. */
@NullMarked
package dev.passgate.protocol;

import org.jspecify.annotations.NullMarked;
