/**
 * Who is calling: turns a credential into a {@link dev.passgate.identity.Verdict}, and knows no web
 * framework.
 */
@NullMarked
package dev.passgate.identity;

import org.jspecify.annotations.NullMarked;
