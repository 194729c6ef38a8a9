/** Both ends of a connection at the level of bytes: a client and an origin that records. */
@NullMarked
package dev.passgate.testing.http;

import org.jspecify.annotations.NullMarked;
