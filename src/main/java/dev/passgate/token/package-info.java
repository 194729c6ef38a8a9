/** Passes requests for tokens to the token endpoints of the trusted issuers (RFC 6749). */
@NullMarked
package dev.passgate.token;

import org.jspecify.annotations.NullMarked;
