/** A small OpenID provider whose tokens, keys and failures are scripted. */
@NullMarked
package dev.passgate.testing.issuer;

import org.jspecify.annotations.NullMarked;
