package dev.passgate.observe;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Verdict;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit log. Holds no token and no path: a path of Trino's protocol holds the slug
 * that protects a query.
 *
 * @param time when the answer ended
 * @param event {@code refusal}, {@code query} for a new query, {@code query-end} for the end of
 *     one, {@code token} for one that was given, else {@code access}
 * @param requestId the same as in the gateway's log
 * @param address the client's address, behind trusted proxies
 * @param source where the credential stood
 * @param credential what was decided on it; its fields are fields of the line
 * @param route the id of the route
 * @param method the request's method
 * @param cluster where it went
 * @param queryId Trino's id of the query that is made, looked at or ended
 * @param clientSource what the client says of itself in {@code X-Trino-Source}; the rest of a long
 *     one is left out
 * @param status the answer's status; 499 where the client went away before
 * @param durationMillis from the request's arrival to the end of the answer
 * @param end how the query ended; null where it goes on, or there is none
 * @param sql the statement, of a new query; the rest of a long one is left out
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AuditEvent(
    Instant time,
    String event,
    String requestId,
    String address,
    @Nullable String source,
    @JsonUnwrapped Credential credential,
    String route,
    String method,
    @Nullable String cluster,
    @Nullable String queryId,
    @Nullable String clientSource,
    int status,
    long durationMillis,
    @JsonUnwrapped @Nullable End end,
    @Nullable String sql) {

  /** Anybody may send 2 MB of it, also somebody who is refused. */
  private static final int MAX_CLIENT_SOURCE_LENGTH = 256;

  /** The most characters of a statement that are written down. */
  public static final int MAX_SQL_LENGTH = 16 << 10;

  public AuditEvent {
    clientSource = AccessEvent.cut(clientSource, MAX_CLIENT_SOURCE_LENGTH);
    sql = AccessEvent.cut(sql, MAX_SQL_LENGTH);
  }

  /** The same without the statement. */
  AuditEvent withoutSql() {
    return new AuditEvent(
        time,
        event,
        requestId,
        address,
        source,
        credential,
        route,
        method,
        cluster,
        queryId,
        clientSource,
        status,
        durationMillis,
        end,
        null);
  }

  /**
   * How a query ended.
   *
   * @param state {@code FINISHED}, {@code FAILED}, {@code CANCELED} or {@code GONE}
   * @param errorName Trino's name of the error
   * @param queryDurationMillis from the second that the id says to the end of this request; null
   *     where the id says no time
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record End(String state, @Nullable String errorName, @Nullable Long queryDurationMillis) {}

  /**
   * What was decided on a credential.
   *
   * @param issuer the configured name of the issuer
   * @param user the Trino user; of a refusal the one that the request was to run as, if known
   * @param originalUser the Trino user that the credential maps to, where it is another one
   * @param subject the {@code sub} claim
   * @param outcome {@code accepted} or {@code refused}
   * @param reason why it was refused, a name of {@code Refusal.Reason}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Credential(
      @Nullable String issuer,
      @Nullable String user,
      @Nullable String originalUser,
      @Nullable String subject,
      String outcome,
      @Nullable String reason) {

    /** What the log says of a verdict. */
    public static Credential of(Verdict verdict) {
      return switch (verdict) {
        case Identity identity -> of(identity.issuer(), identity, "accepted", null);
        case Refusal refusal ->
            of(refusal.issuer(), refusal.identity(), "refused", refusal.reason().name());
      };
    }

    private static Credential of(
        @Nullable String issuer,
        @Nullable Identity identity,
        String outcome,
        @Nullable String reason) {
      return identity == null
          ? new Credential(issuer, null, null, null, outcome, reason)
          : new Credential(
              issuer,
              identity.user(),
              identity.originalUser(),
              identity.subject(),
              outcome,
              reason);
    }
  }
}
