/**
 * Trusted issuers of tokens: their discovery, their keys, and the verification of what they signed.
 */
@NullMarked
package dev.passgate.identity.issuer;

import org.jspecify.annotations.NullMarked;
