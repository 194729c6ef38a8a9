/** What operators and auditors see: metrics and the audit log. */
@NullMarked
package dev.passgate.observe;

import org.jspecify.annotations.NullMarked;
