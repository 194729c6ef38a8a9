/**
 * What arrives: the listeners, the form that a request must have, and the address that clients
 * call.
 */
@NullMarked
package dev.passgate.listener;

import org.jspecify.annotations.NullMarked;
