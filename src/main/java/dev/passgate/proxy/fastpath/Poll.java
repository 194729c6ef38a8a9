package dev.passgate.proxy.fastpath;

import dev.passgate.affinity.Owner;
import dev.passgate.cluster.Cluster;
import dev.passgate.gate.Decision;
import dev.passgate.identity.Identity;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.QueryId;
import io.netty.handler.codec.http.HttpRequest;
import org.jspecify.annotations.Nullable;

/**
 * A poll that may go to its cluster.
 *
 * @param request as it came; not changed, as it may be left to the filters yet
 * @param route the id of the route that it would go by
 * @param path the raw path
 * @param target the path and query as the cluster gave them
 * @param cluster where the query is
 * @param connections the ways there
 * @param decision of the gate
 * @param identity who it is from, the query's owner
 * @param owner the same, as signatures say it
 * @param external what the client calls the gateway
 * @param query the query's id; null where the path has none
 */
record Poll(
    HttpRequest request,
    String route,
    String path,
    String target,
    Cluster cluster,
    ClusterConnections connections,
    Decision decision,
    Identity identity,
    Owner owner,
    Origin external,
    @Nullable QueryId query) {

  /** The path of a poll holds the secret of its query. */
  @Override
  public String toString() {
    return "Poll[" + query + " at " + cluster.name() + "]";
  }
}
