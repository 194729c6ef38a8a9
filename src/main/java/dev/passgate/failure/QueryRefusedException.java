package dev.passgate.failure;

import dev.passgate.identity.Refusal;
import dev.passgate.trace.RequestId;
import java.net.URI;

/**
 * Carries a refusal that came up with the answer to a poll. Trino's command line client shows
 * nothing of such an answer that is not 200, so that it is told as the query's own failure.
 */
public final class QueryRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;
  private final String queryId;
  private final URI infoUri;

  /**
   * @param queryId Trino's id of the query
   * @param infoUri where a person finds more about it, for clients that insist on one
   */
  public QueryRefusedException(Refusal refusal, String queryId, URI infoUri) {
    super(refusal.reason().name(), null, false, false);
    this.refusal = refusal;
    this.queryId = queryId;
    this.infoUri = infoUri;
  }

  QueryFailure failure(String requestId) {
    return QueryFailure.denied(queryId, infoUri, RequestId.added(refusal.detail(), requestId));
  }
}
