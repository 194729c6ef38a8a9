/** How much and how long: what one request may take, and how many queries of one user. */
@NullMarked
package dev.passgate.limit;

import org.jspecify.annotations.NullMarked;
