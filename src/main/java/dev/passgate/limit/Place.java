package dev.passgate.limit;

import dev.passgate.protocol.QueryId;

/** A place among a user's queries, for a query that is about to start. Thread-safe. */
public interface Place extends AutoCloseable {

  /** A cluster has taken the query, which has the place until it ends. */
  void started(QueryId id, String cluster);

  /** Gives the place back unless a query has it. May be called again. */
  @Override
  void close();
}
