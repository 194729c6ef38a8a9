package dev.passgate.proxy;

import dev.passgate.cluster.Cluster;
import dev.passgate.identity.Identity;
import dev.passgate.protocol.QueryId;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Asks a cluster whether it has a query, as the one who wants to know it. */
final class QueryProbe {

  private static final Logger log = LoggerFactory.getLogger(QueryProbe.class);

  private static final Duration LIMIT = Duration.ofSeconds(5);

  /** For what follows the status of an error, which is one packet as a rule. */
  private static final Duration REST_LIMIT = Duration.ofSeconds(1);

  private final ClusterHttpClients clients;

  QueryProbe(ClusterHttpClients clients) {
    this.clients = clients;
  }

  /** What a cluster says of a query; of two clusters the later of these counts. */
  enum Answer {
    /** It does not know it. */
    UNKNOWN,
    /**
     * It shows nothing to who asks. It may have the query, or refuse him whatever he asks for, as
     * one does that he may not use at all.
     */
    REFUSED,
    /** It could not be asked, or said none of these. */
    UNSURE,
    /** It has it. */
    FOUND
  }

  /** Never fails. Of the answer the status counts; errors are read to keep the connection. */
  Mono<Answer> ask(Cluster cluster, QueryId query, ServerWebExchange exchange) {
    Identity identity = ProxyAttributes.identity(exchange);
    HttpHeaders headers = new HttpHeaders();
    if (identity != null) {
      IdentityHeadersFilter.name(headers, identity, cluster);
    }
    return clients
        .of(cluster, identity != null)
        .headers(all -> headers.forEach(all::add))
        .get()
        .uri(cluster.origin() + "/v1/query/" + query + "?pruned=true")
        .response(
            (response, body) -> {
              Answer answer = answer(response.status());
              // What is not read costs the connection; the answers to guesses are short.
              return answer == Answer.FOUND
                  ? Mono.just(answer)
                  : body.then().timeout(REST_LIMIT).onErrorComplete().thenReturn(answer);
            })
        .next()
        .timeout(LIMIT)
        .onErrorResume(
            Exception.class,
            failure -> {
              log.atDebug()
                  .addKeyValue("cluster", cluster.name())
                  .addKeyValue("cause", failure.toString())
                  .log("A cluster could not be asked whether it has a query");
              return Mono.just(Answer.UNSURE);
            });
  }

  /** Trino says 404 of what it does not know and 410 of what it has forgotten. */
  private static Answer answer(HttpResponseStatus status) {
    return switch (status.code()) {
      case 200 -> Answer.FOUND;
      case 403 -> Answer.REFUSED;
      case 404, 410 -> Answer.UNKNOWN;
      default -> Answer.UNSURE;
    };
  }
}
