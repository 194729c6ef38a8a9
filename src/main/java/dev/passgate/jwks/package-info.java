/** The public keys of the gateway's tokens, for Trino to fetch. */
@NullMarked
package dev.passgate.jwks;

import org.jspecify.annotations.NullMarked;
