/** A run of the gateway under real requests, from which the JVM's AOT cache is made. */
@NullMarked
package dev.passgate.training;

import org.jspecify.annotations.NullMarked;
