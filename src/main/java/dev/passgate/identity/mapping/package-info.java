/** From the claims of a verified token to the name of a Trino user. */
@NullMarked
package dev.passgate.identity.mapping;

import org.jspecify.annotations.NullMarked;
