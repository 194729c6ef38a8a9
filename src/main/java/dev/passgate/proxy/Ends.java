package dev.passgate.proxy;

import dev.passgate.observe.AuditEvent;
import dev.passgate.query.QueryEnd;
import java.time.Instant;

/** What the audit log says of the end of a query. */
final class Ends {

  private Ends() {}

  /**
   * By the time in the query's id, which every replica knows, and not by when one of them saw it
   * first.
   */
  static AuditEvent.End told(QueryEnd end, Instant now) {
    Instant began = end.id().time();
    return new AuditEvent.End(
        end.state().name(),
        end.errorName(),
        began == null ? null : Math.max(0, now.toEpochMilli() - began.toEpochMilli()));
  }
}
