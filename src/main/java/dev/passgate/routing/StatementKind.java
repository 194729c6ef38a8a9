package dev.passgate.routing;

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
  OTHER
}
