package dev.passgate.sql;

import dev.passgate.query.QueryEnd;

/** Is told how a query goes; called on event loops, so it must not wait. */
public interface QueryWatch {

  /** The cluster has taken the query, and nothing has been sent to the caller yet. */
  void started(String queryId);

  /** The query runs on. */
  void polled(String queryId);

  /** No query runs any more. */
  void ended(String queryId);

  /** How the query ends; told before the caller's answer does. */
  void outcome(QueryEnd end);
}
