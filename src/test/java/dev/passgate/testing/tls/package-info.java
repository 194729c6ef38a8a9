/** Certificates that are made when they are needed. */
@NullMarked
package dev.passgate.testing.tls;

import org.jspecify.annotations.NullMarked;
