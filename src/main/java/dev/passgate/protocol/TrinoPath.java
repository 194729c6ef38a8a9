package dev.passgate.protocol;

/** The paths of a coordinator that clients know, by what is done with them. */
public enum TrinoPath {
  /** {@code /v1/statement}: new statements ({@code QueuedStatementResource}). */
  STATEMENT,
  /**
   * {@code /v1/statement/...}: one query's pages, and its end ({@code ExecutingStatementResource}).
   */
  POLL,
  /** {@code /v1/spooled/...}: segments of results ({@code SegmentResource}). */
  SEGMENT,
  /** {@code /v1/query}: what is known of all queries ({@code QueryResource}). */
  QUERIES,
  /** {@code /v1/query/...}: what is known of one. */
  QUERY,
  /** {@code /ui} and what is below it. */
  UI,
  /** Everything else. */
  OTHER;

  private static final String STATEMENT_PATH = "/v1/statement";
  private static final String SEGMENT_PREFIX = "/v1/spooled/";
  private static final String QUERY_PATH = "/v1/query";
  private static final String UI_PATH = "/ui";

  /** What a raw path, without its query, is. */
  public static TrinoPath of(String path) {
    if (path.startsWith(STATEMENT_PATH)) {
      return isBelow(path, STATEMENT_PATH) ? POLL : same(path, STATEMENT_PATH, STATEMENT);
    }
    if (path.startsWith(SEGMENT_PREFIX)) {
      return SEGMENT;
    }
    if (path.startsWith(QUERY_PATH)) {
      return isBelow(path, QUERY_PATH) ? QUERY : same(path, QUERY_PATH, QUERIES);
    }
    return path.startsWith(UI_PATH) && (isBelow(path, UI_PATH) || path.equals(UI_PATH))
        ? UI
        : OTHER;
  }

  /** Whether its answers are those of the client protocol, {@code io.trino.client.QueryResults}. */
  public boolean isStatement() {
    return this == STATEMENT || this == POLL;
  }

  private static TrinoPath same(String path, String whole, TrinoPath found) {
    return path.length() == whole.length() ? found : OTHER;
  }

  private static boolean isBelow(String path, String parent) {
    return path.length() > parent.length() && path.charAt(parent.length()) == '/';
  }
}
