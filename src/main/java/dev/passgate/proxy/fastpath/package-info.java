/**
 * Serves the polls of queries on the connections themselves, without the framework's filters: they
 * are most of the requests, and most of the bytes. What is not an ordinary poll with an ordinary
 * answer is left to the filters, before anything has left.
 */
@NullMarked
package dev.passgate.proxy.fastpath;

import org.jspecify.annotations.NullMarked;
