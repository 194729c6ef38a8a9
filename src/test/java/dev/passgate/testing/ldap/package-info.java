/** Directories that speak LDAP. */
@NullMarked
package dev.passgate.testing.ldap;

import org.jspecify.annotations.NullMarked;
