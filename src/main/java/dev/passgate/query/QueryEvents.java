package dev.passgate.query;

import dev.passgate.protocol.QueryId;

/**
 * Told what becomes of queries, by those who count them for more than this replica. Called on the
 * thread of a request, so it must not block.
 */
public interface QueryEvents {

  /** For everybody who counts for this replica only. */
  QueryEvents NONE =
      new QueryEvents() {
        @Override
        public void running(QueryId id, CountedUser user) {}

        @Override
        public void ended(QueryId id, CountedUser user) {}
      };

  /**
   * A query runs. Told when it is seen the first time, and again while it is, but not more often
   * than {@link RunningQueries#TELL_EVERY}.
   */
  void running(QueryId id, CountedUser user);

  /**
   * A query has ended, which may have been told of at another replica, or more than once. Not told
   * of one that is no longer asked for.
   */
  void ended(QueryId id, CountedUser user);
}
