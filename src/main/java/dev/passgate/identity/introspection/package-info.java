/** Asking a provider whether a token is active, and what it says of it (RFC 7662). */
@NullMarked
package dev.passgate.identity.introspection;

import org.jspecify.annotations.NullMarked;
