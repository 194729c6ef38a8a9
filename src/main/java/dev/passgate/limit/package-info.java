/** How much and how long: sizes and times that one request may take. */
@NullMarked
package dev.passgate.limit;

import org.jspecify.annotations.NullMarked;
