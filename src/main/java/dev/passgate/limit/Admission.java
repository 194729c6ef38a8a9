package dev.passgate.limit;

import java.time.Duration;

/** Whether a user may start another query. */
public sealed interface Admission {

  /**
   * It may start.
   *
   * @param place to be closed once the request is over, however it ends
   */
  record Admitted(Place place) implements Admission {}

  /**
   * It may not now.
   *
   * @param limit the last element of the limit's key, for metrics
   * @param detail one line for the user, which names the limit
   * @param retryAfter when to try again
   */
  record Limited(String limit, String detail, Duration retryAfter) implements Admission {

    /** How long queries run is not known; a second later may do, and ten thousand tries not. */
    private static final Duration WHILE_OTHERS_RUN = Duration.ofSeconds(5);

    static Limited running(int running, int limit) {
      return new Limited(
          "queries-per-user",
          "too many queries of this user are running: "
              + running
              + " of "
              + limit
              + " ("
              + QueryLimitProperties.QUERIES_PER_USER
              + ")",
          WHILE_OTHERS_RUN);
    }

    static Limited starting(QueryLimitProperties.Rate rate, Duration wait) {
      return new Limited(
          "new-queries-per-user",
          "too many new queries of this user: at most "
              + rate.perSecond()
              + " a second, and "
              + rate.atOnce()
              + " at once ("
              + QueryLimitProperties.NEW_QUERIES_PER_USER
              + ")",
          wait);
    }
  }
}
