package dev.passgate.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Learns which query an answer is about, from the first URI in it that another mapping rewrites:
 * {@code nextUri} and {@code infoUri} stand before the rows; and whether there is more of the query
 * to come. Serves one answer; not thread-safe.
 */
public final class QueryIdFinder implements UriMapping {

  private final UriMapping mapping;
  private @Nullable QueryId queryId;
  private boolean next;
  private boolean failed;
  private @Nullable String errorName;

  public QueryIdFinder(UriMapping mapping) {
    this.mapping = mapping;
  }

  /** The query's id, or null as long as it is not known. */
  public @Nullable QueryId queryId() {
    return queryId;
  }

  /**
   * Whether the answer has a {@code nextUri}. Once the whole of it was read, none means that the
   * query has ended.
   */
  public boolean hasNext() {
    return next;
  }

  /** Whether the answer says that the query failed. */
  public boolean hasFailed() {
    return failed;
  }

  /** The name of the error, as the cluster gives it; null where it gives none. */
  public @Nullable String errorName() {
    return errorName;
  }

  @Override
  public @Nullable String map(UriField field, String uri) {
    if (field == UriField.ERROR_NAME) {
      failed = true;
      errorName = uri;
      return null;
    }
    next |= field == UriField.NEXT_URI;
    String mapped = mapping.map(field, uri);
    if (queryId == null && mapped != null) {
      Origin.Located located = Origin.locate(uri);
      queryId = located == null ? null : QueryId.inPath(located.rest());
    }
    return mapped;
  }

  @Override
  public boolean concerns(UriField field, String start) {
    if (field == UriField.ERROR_NAME) {
      failed = true;
      return false;
    }
    next |= field == UriField.NEXT_URI;
    return mapping.concerns(field, start);
  }
}
