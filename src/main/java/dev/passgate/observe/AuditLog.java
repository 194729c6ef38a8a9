package dev.passgate.observe;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/** Writes one JSON line an event to the logger {@code passgate.audit}. */
public final class AuditLog {

  private static final Logger log = LoggerFactory.getLogger("passgate.audit");

  private final JsonMapper json;

  private final boolean sql;

  /**
   * @param sql whether the text of statements is written
   */
  AuditLog(JsonMapper json, boolean sql) {
    this.json = json;
    this.sql = sql;
  }

  /** Writes an event. */
  public void write(AuditEvent event) {
    if (log.isInfoEnabled()) {
      log.info(json.writeValueAsString(sql ? event : event.withoutSql()));
    }
  }
}
