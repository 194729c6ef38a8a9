package dev.passgate.identity.mapping;

import dev.passgate.identity.mapping.UserMappingProperties.Complaint;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an issuer's claims say to Trino beside the user. Of a header that nothing is said of here,
 * the client's own goes on.
 *
 * @param roles the roles of the session
 * @param clientTags the tags by which resource groups are chosen
 * @param extraCredentials the credentials for connectors
 */
public record GrantProperties(
    @DefaultValue Roles roles,
    @DefaultValue ClientTags clientTags,
    @DefaultValue ExtraCredentials extraCredentials) {

  /**
   * The roles of the session, {@code X-Trino-Role}.
   *
   * @param mode replace: nothing of the client's goes on; add: all but the catalogs named here
   * @param from the claim that names the role, by catalog; {@code system} is Trino itself
   */
  public record Roles(@Nullable String mode, @DefaultValue Map<String, String> from) {}

  /**
   * The tags by which resource groups are chosen, {@code X-Trino-Client-Tags}.
   *
   * @param mode replace: nothing of the client's goes on; add: the client's go on too
   * @param claims the claims whose values are tags, all that are present count
   * @param template what a tag is made of: text and $0, the value; the value where there is none
   */
  public record ClientTags(
      @Nullable String mode, @Nullable List<String> claims, @Nullable String template) {}

  /**
   * The credentials for connectors, {@code X-Trino-Extra-Credential}.
   *
   * @param mode replace: nothing of the client's goes on; add: all but the names used here
   * @param from the claim that is the credential, by the credential's name
   * @param token the name under which the client's own token goes on
   */
  public record ExtraCredentials(
      @Nullable String mode, @DefaultValue Map<String, String> from, @Nullable String token) {}

  private static final Pattern CATALOG = Pattern.compile("[A-Za-z0-9_$.-]{1,128}");

  /** Trino's servers split at commas and equals signs. */
  private static final Pattern CREDENTIAL = Pattern.compile("[A-Za-z0-9_$.:/-]{1,128}");

  /**
   * Compiles the mapping.
   *
   * @throws IllegalArgumentException the complaint about the first mistake
   */
  public GrantMapping compile(Complaint complaint) {
    return new GrantMapping(
        compileRoles(complaint), compileTags(complaint), compileCredentials(complaint));
  }

  private GrantMapping.Roles compileRoles(Complaint complaint) {
    boolean replaces = replaces("roles", roles.mode(), !roles.from().isEmpty(), complaint);
    return new GrantMapping.Roles(
        replaces,
        paths(
            "roles.from",
            roles.from(),
            CATALOG,
            "a catalog's name, or system, of letters, digits and . _ - $",
            complaint));
  }

  private GrantMapping.ClientTags compileTags(Complaint complaint) {
    List<String> claims = clientTags.claims();
    boolean replaces = replaces("client-tags", clientTags.mode(), claims != null, complaint);
    if (clientTags.template() != null && claims == null) {
      throw complaint.about(
          "client-tags.template", clientTags.template(), "claims beside it, whose values $0 is");
    }
    return new GrantMapping.ClientTags(
        replaces,
        claims == null ? List.of() : ClaimPaths.compile("client-tags.claims", claims, complaint),
        template(complaint));
  }

  private UserTemplate template(Complaint complaint) {
    String text = clientTags.template() == null ? "$0" : clientTags.template();
    try {
      UserTemplate template = UserTemplate.parse(text, 0);
      if (!text.contains(",")) {
        return template;
      }
    } catch (IllegalArgumentException e) {
      // complained about below
    }
    throw complaint.about(
        "client-tags.template", text, "ASCII text without a comma, and $0 for the claim's value");
  }

  private GrantMapping.ExtraCredentials compileCredentials(Complaint complaint) {
    String expected = "a name of letters, digits and . _ - $ : /";
    String token = extraCredentials.token();
    boolean replaces =
        replaces(
            "extra-credentials",
            extraCredentials.mode(),
            !extraCredentials.from().isEmpty() || token != null,
            complaint);
    if (token != null && !CREDENTIAL.matcher(token).matches()) {
      throw complaint.about("extra-credentials.token", token, expected);
    }
    Map<String, ClaimPath> paths =
        paths("extra-credentials.from", extraCredentials.from(), CREDENTIAL, expected, complaint);
    if (token != null && paths.keySet().stream().anyMatch(token::equalsIgnoreCase)) {
      throw complaint.about(
          "extra-credentials.token", token, "a name that extra-credentials.from does not have");
    }
    return new GrantMapping.ExtraCredentials(
        replaces, paths, token == null ? Set.of() : Set.of(token));
  }

  /** What the client's is to become must be said, for either is a surprise to somebody. */
  private static boolean replaces(
      String key, @Nullable String mode, boolean used, Complaint complaint) {
    if (mode == null && !used) {
      return false;
    }
    if ("replace".equals(mode)) {
      return true;
    }
    if ("add".equals(mode) && used) {
      return false;
    }
    throw complaint.about(
        key + ".mode",
        mode == null ? "" : mode,
        used ? "replace or add" : "replace, which can stand alone, or something to add beside it");
  }

  private static Map<String, ClaimPath> paths(
      String key, Map<String, String> claims, Pattern names, String expected, Complaint complaint) {
    Map<String, ClaimPath> paths = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Map.Entry<String, String> entry : claims.entrySet()) {
      String name = entry.getKey();
      if (!names.matcher(name).matches()) {
        throw complaint.about(key, name, expected);
      }
      ClaimPath path = ClaimPaths.compile(key + "[" + name + "]", entry.getValue(), complaint);
      if (paths.put(name, path) != null) {
        throw complaint.about(
            key, name, "each name once, small and capital letters being the same");
      }
    }
    return Map.copyOf(paths);
  }
}
