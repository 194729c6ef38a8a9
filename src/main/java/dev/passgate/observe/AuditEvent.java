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
 * @param event {@code refusal}, {@code query} for a new query, else {@code access}
 * @param requestId the same as in the gateway's log
 * @param address the client's address, behind trusted proxies
 * @param source where the credential stood
 * @param credential what was decided on it; its fields are fields of the line
 * @param route the id of the route
 * @param method the request's method
 * @param cluster where it went
 * @param queryId Trino's id of the query that is made, looked at or ended
 * @param clientSource what the client says of itself in {@code X-Trino-Source}
 * @param status the answer's status; 499 where the client went away before
 * @param durationMillis from the request's arrival to the end of the answer
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
    long durationMillis) {

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
