/** Who may act as whom: rules by which a client's wish to be another Trino user is granted. */
@NullMarked
package dev.passgate.identity.impersonation;

import org.jspecify.annotations.NullMarked;
