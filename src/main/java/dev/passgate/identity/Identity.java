package dev.passgate.identity;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who may query Trino.
 *
 * @param issuer the configured name of the issuer or of the source of passwords or certificates,
 *     for logs, metrics and rules; not an issuer's URI
 * @param user the Trino user to run as: not blank, visible ASCII and single inner spaces, no comma
 * @param originalUser the Trino user that the credential maps to, where it is not the one to run as
 * @param subject the {@code sub} claim, or the user where a credential has no subject
 * @param expiresAt when the credential ends ({@code exp}); the identity is not to be used after it
 * @param groups the groups that the credential names
 * @param grants what the credential says to Trino beside the user
 * @param claims of the credential's claims those values that routing rules ask for, by the path of
 *     the claim as it is configured; empty for credentials without claims
 */
public record Identity(
    String issuer,
    String user,
    @Nullable String originalUser,
    String subject,
    Instant expiresAt,
    Set<String> groups,
    Grants grants,
    Map<String, List<String>> claims)
    implements Verdict {

  public Identity {
    TrinoUserName.check(user);
    if (originalUser != null) {
      TrinoUserName.check(originalUser);
    }
    groups = Set.copyOf(groups);
    claims = Map.copyOf(claims);
  }

  /** Somebody of whose claims no rule asks anything. */
  public Identity(
      String issuer,
      String user,
      @Nullable String originalUser,
      String subject,
      Instant expiresAt,
      Set<String> groups,
      Grants grants) {
    this(issuer, user, originalUser, subject, expiresAt, groups, grants, Map.of());
  }

  /** Somebody in no group, with nothing to say beside the user. */
  public Identity(String issuer, String user, String subject, Instant expiresAt) {
    this(issuer, user, null, subject, expiresAt, Set.of(), Grants.NONE);
  }

  /**
   * The same, running as somebody else. What the credential grants is not the other user's: roles
   * stay behind, and do not give way to the client's either.
   */
  public Identity actingAs(String other) {
    return new Identity(
        issuer,
        other,
        user,
        subject,
        expiresAt,
        groups,
        new Grants(
            new Grants.Part(grants.roles().replaces(), grants.roles().names(), Map.of()),
            grants.clientTags(),
            grants.extraCredentials(),
            grants.tokenCredentials()),
        claims);
  }

  /** Without the claims, which may say of a person what is for no log. */
  @Override
  public String toString() {
    return "Identity[issuer="
        + issuer
        + ", user="
        + user
        + ", originalUser="
        + originalUser
        + ", subject="
        + subject
        + ", expiresAt="
        + expiresAt
        + ", groups="
        + groups
        + ", grants="
        + grants
        + "]";
  }
}
