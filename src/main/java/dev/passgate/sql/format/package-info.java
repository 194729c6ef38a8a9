/** The forms in which rows leave, each written from the JSON that Trino sent. */
@NullMarked
package dev.passgate.sql.format;

import org.jspecify.annotations.NullMarked;
