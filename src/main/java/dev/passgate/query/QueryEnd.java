package dev.passgate.query;

import dev.passgate.protocol.QueryId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a query ended, as an answer shows it.
 *
 * @param errorName Trino's name of the error, such as {@code SYNTAX_ERROR}; null where there is
 *     none, or what stands in its place is no name
 */
public record QueryEnd(QueryId id, State state, @Nullable String errorName) {

  private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9_]{0,99}");

  /** How it ended. */
  public enum State {
    /** The last page had no error. */
    FINISHED,
    /** The last page had one. */
    FAILED,
    /** The client, or the gateway in its place, had it ended. */
    CANCELED,
    /** The cluster does not know of it any more. */
    GONE
  }

  public QueryEnd {
    if (errorName != null && !NAME.matcher(errorName).matches()) {
      errorName = null;
    }
  }

  /**
   * With its last page.
   *
   * @param failed whether that has an error
   */
  public static QueryEnd told(QueryId id, boolean failed, @Nullable String errorName) {
    if (!failed) {
      return new QueryEnd(id, State.FINISHED, null);
    }
    return new QueryEnd(
        id, "USER_CANCELED".equals(errorName) ? State.CANCELED : State.FAILED, errorName);
  }

  public static QueryEnd canceled(QueryId id) {
    return new QueryEnd(id, State.CANCELED, null);
  }

  public static QueryEnd gone(QueryId id) {
    return new QueryEnd(id, State.GONE, null);
  }
}
