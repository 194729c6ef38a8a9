/** SQL over plain HTTP: a statement comes, and its rows go out as Trino makes them. */
@NullMarked
package dev.passgate.sql;

import org.jspecify.annotations.NullMarked;
