/**
 * The way of a request to Trino and of the answer back: filters and routes of Spring Cloud Gateway.
 */
@NullMarked
package dev.passgate.proxy;

import org.jspecify.annotations.NullMarked;
