package dev.passgate.observe;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the audit log holds.
 *
 * @param sql whether the audit log holds the text of statements, its first 16384 characters
 */
@ConfigurationProperties("passgate.audit")
record AuditProperties(@DefaultValue("false") boolean sql) {}
