/** What {@code ./mvnw spring-boot:test-run} sets up around the gateway, and what it says. */
@NullMarked
package dev.passgate.quickstart;

import org.jspecify.annotations.NullMarked;
