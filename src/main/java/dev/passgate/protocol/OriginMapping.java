package dev.passgate.protocol;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the gateway's origin in the place of a cluster's, and keeps path, query and fragment exactly
 * as they are. URIs of other origins, such as an object store's, are left alone.
 *
 * @param clusters how the cluster calls itself; by default from the {@code Host} that it was sent
 *     ({@code io.trino.server.ExternalUriInfo})
 * @param external what the client calls the gateway. Without a path, because clients always post to
 *     {@code /v1/statement}
 */
public record OriginMapping(Set<Origin> clusters, Origin external) implements UriMapping {

  public OriginMapping {
    clusters = Set.copyOf(clusters);
  }

  public OriginMapping(Origin cluster, Origin external) {
    this(Set.of(cluster), external);
  }

  @Override
  public @Nullable String map(UriField field, String uri) {
    if (field == UriField.ERROR_NAME) {
      return null;
    }
    Origin.Located located = Origin.locate(uri);
    return located != null && clusters.contains(located.origin())
        ? external + located.rest()
        : null;
  }

  @Override
  public boolean concerns(UriField field, String start) {
    Origin origin = Origin.of(start);
    return origin != null && clusters.contains(origin);
  }
}
