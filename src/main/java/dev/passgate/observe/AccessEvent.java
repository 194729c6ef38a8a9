package dev.passgate.observe;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the access log. What a client has written is cut here, and taken out where it may be
 * a secret.
 *
 * @param time when the answer ended
 * @param requestId the same as in the gateway's log and the audit log
 * @param address the client's address, behind trusted proxies
 * @param issuer the configured name of the issuer of the credential that was accepted
 * @param user the Trino user that it was accepted for
 * @param method the request's method
 * @param path see {@link PublicPath}
 * @param route the id of the route
 * @param cluster where it went
 * @param queryId Trino's id of the query that it is about
 * @param status the answer's status; 499 where the client went away before
 * @param durationMillis from the request's arrival to the end of the answer
 * @param userAgent what the client says of itself
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccessEvent(
    Instant time,
    String requestId,
    String address,
    @Nullable String issuer,
    @Nullable String user,
    @Nullable String method,
    @Nullable String path,
    @Nullable String route,
    @Nullable String cluster,
    @Nullable String queryId,
    int status,
    long durationMillis,
    @Nullable String userAgent) {

  private static final int MAX_METHOD_LENGTH = 16;
  private static final int MAX_AGENT_LENGTH = 256;

  public AccessEvent {
    method = cut(method, MAX_METHOD_LENGTH);
    path = path == null ? null : PublicPath.of(path);
    userAgent = cut(userAgent, MAX_AGENT_LENGTH);
  }

  static @Nullable String cut(@Nullable String text, int length) {
    return text == null || text.length() <= length ? text : text.substring(0, length);
  }
}
