package dev.passgate.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.passgate.identity.Check;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why somebody gets in, or does not. Holds no secret: of credentials it says where they stood, and
 * of what is made of them that it is there.
 *
 * @param outcome {@code accepted} or {@code refused}
 * @param source where the credential stood
 * @param issuer the configured name of the issuer, or of the source of passwords or certificates
 * @param checks every check in the order in which they are made
 * @param reason why it was refused, the same as in metrics
 * @param detail the same as the client is told
 * @param user the Trino user to run as
 * @param originalUser the Trino user of the credential, where it is not the one to run as
 * @param subject the {@code sub} claim, or the user where there is none
 * @param groups the groups that the credential names
 * @param expiresAt when the credential ends
 * @param sent what Trino is told of the identity, by header; secrets are starred
 * @param routing which cluster a request would go to that may go to any
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Explanation(
    String outcome,
    String source,
    @Nullable String issuer,
    List<Step> checks,
    @Nullable String reason,
    @Nullable String detail,
    @Nullable String user,
    @Nullable String originalUser,
    @Nullable String subject,
    @Nullable List<String> groups,
    @Nullable Instant expiresAt,
    @Nullable Map<String, List<String>> sent,
    @Nullable RoutingStep routing) {

  /** The outcome of somebody who gets in. */
  public static final String ACCEPTED = "accepted";

  /**
   * One check.
   *
   * @param result {@code passed}, {@code failed}, or {@code not made} where the configuration or
   *     the kind of credential does not ask for it, or one before it failed
   */
  public record Step(String check, String result) {}

  static Explanation ofPublicRoute(RoutingStep routing) {
    return withoutCredential(
        "the route is public: it asks for no credential, and Trino is told of no user", routing);
  }

  static Explanation ofSignedRoute() {
    return withoutCredential(
        "the route asks for no credential but a URI that the gateway signed, which says where it"
            + " leads; Trino is told of no user",
        null);
  }

  private static Explanation withoutCredential(String detail, @Nullable RoutingStep routing) {
    return new Explanation(
        ACCEPTED, "none", null, List.of(), null, detail, null, null, null, null, null, Map.of(),
        routing);
  }

  static Explanation of(
      Verdict verdict,
      String source,
      Set<Check> passed,
      Map<String, List<String>> sent,
      @Nullable RoutingStep routing) {
    return switch (verdict) {
      case Identity identity ->
          new Explanation(
              ACCEPTED,
              source,
              identity.issuer(),
              steps(passed, null),
              null,
              null,
              identity.user(),
              identity.originalUser(),
              identity.subject(),
              identity.groups().stream().sorted().toList(),
              identity.expiresAt(),
              sent,
              routing);
      case Refusal refusal ->
          new Explanation(
              "refused",
              source,
              refusal.issuer(),
              steps(passed, Check.failed(refusal.reason(), passed)),
              refusal.reason().name().toLowerCase(Locale.ROOT),
              refusal.detail(),
              null,
              null,
              null,
              null,
              null,
              null,
              null);
    };
  }

  private static List<Step> steps(Set<Check> passed, @Nullable Check failed) {
    List<Step> steps = new ArrayList<>();
    for (Check check : Check.values()) {
      String result = check == failed ? "failed" : passed.contains(check) ? "passed" : "not made";
      steps.add(new Step(check.name().toLowerCase(Locale.ROOT).replace('_', '-'), result));
    }
    return steps;
  }
}
