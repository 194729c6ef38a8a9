/** Tells other proxies who sent the requests that they have: external authorization over HTTP. */
@NullMarked
package dev.passgate.validate;

import org.jspecify.annotations.NullMarked;
