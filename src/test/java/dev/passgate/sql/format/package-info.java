/** The forms of results, with rows as Trino writes them. */
@NullMarked
package dev.passgate.sql.format;

import org.jspecify.annotations.NullMarked;
