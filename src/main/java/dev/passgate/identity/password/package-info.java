/**
 * User names and passwords: a password file and an LDAP directory, and what keeps strangers from
 * trying.
 */
@NullMarked
package dev.passgate.identity.password;

import org.jspecify.annotations.NullMarked;
