/** The queries that run, as this replica sees them: how many on each cluster, and of each user. */
@NullMarked
package dev.passgate.query;

import org.jspecify.annotations.NullMarked;
