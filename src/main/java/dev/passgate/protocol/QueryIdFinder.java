package dev.passgate.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Learns which query an answer is about, from the first URI in it that another mapping rewrites:
 * {@code nextUri} and {@code infoUri} stand before the rows. Serves one answer; not thread-safe.
 */
public final class QueryIdFinder implements UriMapping {

  private final UriMapping mapping;
  private @Nullable QueryId queryId;

  public QueryIdFinder(UriMapping mapping) {
    this.mapping = mapping;
  }

  /** The query's id, or null as long as it is not known. */
  public @Nullable QueryId queryId() {
    return queryId;
  }

  @Override
  public @Nullable String map(UriField field, String uri) {
    String mapped = mapping.map(field, uri);
    if (queryId == null && mapped != null) {
      Origin.Located located = Origin.locate(uri);
      queryId = located == null ? null : QueryId.inPath(located.rest());
    }
    return mapped;
  }

  @Override
  public boolean concerns(UriField field, String start) {
    return mapping.concerns(field, start);
  }
}
