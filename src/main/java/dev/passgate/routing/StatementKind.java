package dev.passgate.routing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a statement does, as far as rules tell statements apart. */
public enum StatementKind {
  /** Reads: queries, SHOW, DESCRIBE, EXPLAIN of any statement that is not run. */
  READ,
  /** Changes data: INSERT, UPDATE, DELETE, MERGE, CREATE TABLE AS and what else writes rows. */
  WRITE,
  /** Changes definitions or grants. */
  DDL,
  /** Is about the session alone: SET SESSION, PREPARE, transactions. */
  SESSION,
  /** Not known, or the request has no statement. */
  OTHER;

  /** The kind of a name as it is configured, null where there is none of this name. */
  static @Nullable StatementKind of(String name) {
    for (StatementKind kind : values()) {
      if (kind.label().equals(name)) {
        return kind;
      }
    }
    return null;
  }

  /** Its name as it is configured and explained. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
