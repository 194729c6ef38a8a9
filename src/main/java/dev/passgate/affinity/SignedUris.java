package dev.passgate.affinity;

import dev.passgate.cluster.Cluster;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.QueryId;
import dev.passgate.protocol.TrinoPath;
import dev.passgate.protocol.UriMapping;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The URIs that clients are given to come back with: they say, under a signature, which cluster
 * they lead to and whose they are. Thread-safe.
 */
public final class SignedUris {

  private static final String WORKER = "worker=";

  private final Signer signer;
  private final Duration segmentAge;
  private final InstantSource clock;

  SignedUris(Signer signer, Duration segmentAge, InstantSource clock) {
    this.signer = signer;
    this.segmentAge = segmentAge;
    this.clock = clock;
  }

  /** Whether a path is served only where a signature leads to its cluster. */
  public static boolean areNeeded(TrinoPath path) {
    return path == TrinoPath.POLL || path == TrinoPath.SEGMENT;
  }

  /**
   * Where a request for a page or a segment must go.
   *
   * @param path the raw path, behind the prefix where there was one
   * @param query the raw query, null where there is none
   * @return null where it has no signature that is right for just this URI
   */
  public @Nullable Binding read(String path, @Nullable String query) {
    SignedUri uri = SignedUri.parse(path, query);
    Signature signature = uri == null ? null : signer.verify(uri.signature(), uri.target());
    if (uri == null || signature == null) {
      return null;
    }
    return switch (signature.purpose()) {
      case STATEMENT -> TrinoPath.of(path) == TrinoPath.POLL ? atCluster(signature, uri) : null;
      case SEGMENT -> isSegment(path, signature) ? atCluster(signature, uri) : null;
      case SEGMENT_AT_WORKER -> isSegment(path, signature) ? atWorker(signature, uri) : null;
      case TRANSACTION, QUERY -> null;
    };
  }

  private boolean isSegment(String path, Signature signature) {
    return TrinoPath.of(path) == TrinoPath.SEGMENT
        && clock.instant().isBefore(signature.signedAt().plus(segmentAge));
  }

  private static @Nullable Binding atCluster(Signature signature, SignedUri uri) {
    Cluster cluster = signature.cluster();
    return cluster == null ? null : new Binding(cluster, cluster.origin(), uri.query(), signature);
  }

  private static @Nullable Binding atWorker(Signature signature, SignedUri uri) {
    Cluster cluster = signature.cluster();
    String query = uri.query();
    if (cluster == null || query == null || !query.startsWith(WORKER)) {
      return null;
    }
    String worker = URLDecoder.decode(query.substring(WORKER.length()), StandardCharsets.UTF_8);
    return new Binding(cluster, Origin.parse(worker), null, signature);
  }

  /**
   * Where a request goes whose path began with a prefix.
   *
   * @param prefixed the raw path with the prefix
   * @return null where there is no prefix that is right for this path
   */
  public @Nullable Binding readPrefix(String prefixed, @Nullable String query) {
    QueryPrefix prefix = QueryPrefix.parse(prefixed);
    Signature signature =
        prefix == null ? null : signer.verify(prefix.signature(), prefix.queryId().toString());
    if (prefix == null
        || signature == null
        || signature.purpose() != Purpose.QUERY
        || signature.cluster() == null) {
      return null;
    }
    String path = QueryPrefix.strip(prefixed);
    boolean fits =
        switch (TrinoPath.of(path)) {
          case POLL -> prefix.queryId().equals(QueryId.inPath(path));
          case SEGMENT -> isSegment(path, signature);
          case UI -> true;
          case STATEMENT, QUERIES, QUERY, OTHER -> false;
        };
    return fits
        ? new Binding(signature.cluster(), signature.cluster().origin(), query, signature)
        : null;
  }

  /**
   * The path behind a prefix, or null where it does not begin with what looks like one, or is none
   * that a cluster writes with a prefix.
   */
  public static @Nullable String withoutPrefix(String prefixed) {
    if (QueryPrefix.parse(prefixed) == null) {
      return null;
    }
    String path = QueryPrefix.strip(prefixed);
    return switch (TrinoPath.of(path)) {
      case POLL, SEGMENT, UI -> path;
      case STATEMENT, QUERIES, QUERY, OTHER -> null;
    };
  }

  /** The prefix itself, of a path that has one. */
  public static String prefixOf(String path) {
    return path.substring(0, path.length() - QueryPrefix.strip(path).length());
  }

  /**
   * What becomes of the URIs in an answer.
   *
   * @param cluster whose answer it is
   * @param external what its client calls the gateway
   * @param owner whose query it is about
   */
  public UriMapping mapping(Cluster cluster, Origin external, Owner owner) {
    return new SigningMapping(signer, cluster, external, owner);
  }

  /**
   * Where a client finds a segment that a cluster sends it to a worker for ({@code
   * SpooledSegmentRetrievalMode.WORKER_PROXY}): at the gateway, as workers are not for clients.
   *
   * @param location the value of {@code Location}
   * @param path the path of the segment that was asked for
   * @return null where that is no worker's address for the same segment
   */
  public @Nullable String atWorker(
      Cluster cluster, Origin external, Owner owner, String location, String path) {
    Origin worker = Origin.of(location);
    if (worker == null || worker.equals(cluster.origin())) {
      return null;
    }
    int at = location.indexOf('/', location.indexOf("://") + 3);
    if (at < 0 || !location.substring(at).equals(path)) {
      return null;
    }
    String target =
        path + "?" + WORKER + URLEncoder.encode(worker.toString(), StandardCharsets.UTF_8);
    return external
        + SignedUri.with(target, signer.sign(Purpose.SEGMENT_AT_WORKER, cluster, owner, target));
  }
}
