package dev.passgate.routing;

import dev.passgate.identity.Identity;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that may go to any cluster.
 *
 * @param identity who sent it; null on a public route
 * @param headers the values of a header by its name, in any case, as the client may say them; an
 *     empty list where there is none
 * @param statement what its statement does
 * @param startsQuery whether it starts a query. Only then a cluster's turn is over by it: a client
 *     that looks whether all is well before each query would otherwise send all queries to one
 */
public record RoutingRequest(
    @Nullable Identity identity,
    Function<String, List<String>> headers,
    StatementKind statement,
    boolean startsQuery) {

  @Override
  public String toString() {
    return "RoutingRequest[" + statement + "]";
  }
}
