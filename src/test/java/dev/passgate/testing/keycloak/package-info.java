/** A real Keycloak with the realm of the demonstration. */
@NullMarked
package dev.passgate.testing.keycloak;

import org.jspecify.annotations.NullMarked;
