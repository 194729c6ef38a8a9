package dev.passgate.observe;

import dev.passgate.setting.InvalidSetting;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the audit log holds.
 *
 * @param sql whether the text of statements; this version can leave it out only
 */
@ConfigurationProperties("passgate.audit")
record AuditProperties(@DefaultValue("false") boolean sql) {

  AuditProperties {
    if (sql) {
      throw new InvalidSetting(
          "passgate.audit.sql", true, "false: this version writes no text of statements");
    }
  }
}
