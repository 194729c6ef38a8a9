/** Who a client certificate stands for: what it says of its holder, and whether it may be used. */
@NullMarked
package dev.passgate.identity.certificate;

import org.jspecify.annotations.NullMarked;
