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

  @Override
  public @Nullable String map(UriField field, String uri) {
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
    next |= field == UriField.NEXT_URI;
    return mapping.concerns(field, start);
  }
}
