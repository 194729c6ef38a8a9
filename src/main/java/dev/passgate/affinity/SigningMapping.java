package dev.passgate.affinity;

import dev.passgate.cluster.Cluster;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.OriginMapping;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.TrinoPath;
import dev.passgate.protocol.UriField;
import dev.passgate.protocol.UriMapping;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts the gateway's origin into the URIs of an answer, and signs those that clients poll. */
final class SigningMapping implements UriMapping {

  private static final String QUERY_PATH = "/v1/query/";

  private final Signer signer;
  private final Cluster cluster;
  private final Owner owner;
  private final OriginMapping origins;
  private final Origin external;
  private final boolean signsLocations;
  private final int originLength;

  /**
   * @param signsLocations whether {@code Location} is signed too. Only where what was asked for had
   *     a signature itself: elsewhere a client may say where Trino sends it, and would have the URI
   *     of somebody else's query signed as its own ({@code redirectPath} of {@code /ui/login})
   */
  SigningMapping(
      Signer signer, Cluster cluster, Origin external, Owner owner, boolean signsLocations) {
    this.signer = signer;
    this.cluster = cluster;
    this.owner = owner;
    this.external = external;
    this.signsLocations = signsLocations;
    // A cluster that is told what clients call the gateway writes that, which may be how it is
    // called itself: clients choose their Host.
    this.origins =
        cluster.forwarded()
            ? new OriginMapping(Set.copyOf(List.of(cluster.origin(), external)), external)
            : new OriginMapping(cluster.origin(), external);
    this.originLength = external.toString().length();
  }

  @Override
  public @Nullable String map(UriField field, String uri) {
    if (field == UriField.QUERY_SELF) {
      return self(uri);
    }
    String mapped = origins.map(field, uri);
    if (mapped == null || !isSigned(field)) {
      return mapped;
    }
    String target = mapped.substring(originLength);
    String origin = mapped.substring(0, originLength);
    if (cluster.forwarded()) {
      QueryId query = QueryId.inPath(target);
      return query == null
          ? mapped
          : origin
              + new QueryPrefix(query, signer.sign(Purpose.QUERY, cluster, owner, query.toString()))
              + target;
    }
    Purpose purpose = purpose(target);
    return purpose == null
        ? mapped
        : origin + SignedUri.with(target, signer.sign(purpose, cluster, owner, target));
  }

  private boolean isSigned(UriField field) {
    return switch (field) {
      case NEXT_URI, INFO_URI, PARTIAL_CANCEL_URI, SEGMENT_URI, SEGMENT_ACK_URI -> true;
      case LOCATION -> signsLocations;
      case QUERY_SELF, CHALLENGE, ERROR_NAME -> false;
    };
  }

  /** A coordinator writes there how nodes call it, which need not be how we do. */
  private @Nullable String self(String uri) {
    int path = uri.indexOf(QUERY_PATH);
    return path > 0 && Origin.of(uri) != null && QueryId.inPath(uri.substring(path)) != null
        ? external + uri.substring(path)
        : null;
  }

  @Override
  public boolean concerns(UriField field, String start) {
    return field == UriField.QUERY_SELF || origins.concerns(field, start);
  }

  private static @Nullable Purpose purpose(String target) {
    int query = target.indexOf('?');
    return switch (TrinoPath.of(query < 0 ? target : target.substring(0, query))) {
      case POLL -> Purpose.STATEMENT;
      case SEGMENT -> Purpose.SEGMENT;
      case STATEMENT, QUERIES, QUERY, UI, OTHER -> null;
    };
  }
}
