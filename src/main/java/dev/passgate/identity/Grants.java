package dev.passgate.identity;

import java.util.Map;
import java.util.Set;

/**
 * What a credential says to Trino beside the user.
 *
 * @param roles names of roles by catalog, {@code system} for Trino's own; for {@code X-Trino-Role}
 * @param clientTags tags for the choice of a resource group, as keys; for {@code
 *     X-Trino-Client-Tags}
 * @param extraCredentials credentials for connectors by name; for {@code X-Trino-Extra-Credential}
 * @param tokenCredentials the names under which the client's own token goes to connectors
 */
public record Grants(
    Part roles, Part clientTags, Part extraCredentials, Set<String> tokenCredentials) {

  /** Nothing, and what the client says stays. */
  public static final Grants NONE = new Grants(Part.NONE, Part.NONE, Part.NONE, Set.of());

  /**
   * What goes into one header.
   *
   * @param replaces whether nothing that the client sent in this header stays; otherwise all but
   *     what has one of the names
   * @param names the names that are not the client's to use, whether or not there is a value
   * @param values by name
   */
  public record Part(boolean replaces, Set<String> names, Map<String, String> values) {

    public static final Part NONE = new Part(false, Set.of(), Map.of());

    public Part {
      names = Set.copyOf(names);
      values = Map.copyOf(values);
    }

    /** Whether the header stays as the client sent it. */
    public boolean isSilent() {
      return !replaces && names.isEmpty() && values.isEmpty();
    }
  }

  public Grants {
    tokenCredentials = Set.copyOf(tokenCredentials);
  }

  /** Holds what may be credentials. */
  @Override
  public String toString() {
    return "Grants[***]";
  }
}
