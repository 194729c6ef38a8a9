package dev.passgate.protocol;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The values of the headers by which Trino learns of roles, client tags and extra credentials, as
 * its client writes them ({@code io.trino.client.StatementClientV1}), beside or in the place of
 * what a client wrote itself, taken apart as the server does it ({@code
 * io.trino.server.HttpRequestSessionContextFactory}).
 */
public final class GrantedValues {

  private GrantedValues() {}

  /**
   * The values of {@code X-Trino-Role}.
   *
   * @param client the header's values in the client's request
   * @param replaces whether nothing of them stays
   * @param taken the catalogs whose roles are not the client's to choose
   * @param roles the name of the role by catalog
   */
  public static List<String> roles(
      List<String> client, boolean replaces, Set<String> taken, Map<String, String> roles) {
    Map<String, String> selected = new TreeMap<>();
    roles.forEach((catalog, role) -> selected.put(catalog, "ROLE{" + role + "}"));
    return properties(client, replaces, taken, selected);
  }

  /** The values of {@code X-Trino-Extra-Credential}, with names as roles have catalogs. */
  public static List<String> extraCredentials(
      List<String> client, boolean replaces, Set<String> taken, Map<String, String> credentials) {
    return properties(client, replaces, taken, new TreeMap<>(credentials));
  }

  /**
   * The values of {@code X-Trino-Client-Tags}: one, for Trino reads the first only, or none.
   *
   * @param client the header's values in the client's request
   * @param replaces whether nothing of them stays
   * @param tags texts without a comma
   */
  public static List<String> clientTags(List<String> client, boolean replaces, Set<String> tags) {
    Set<String> all = new TreeSet<>(tags);
    if (!replaces && !client.isEmpty()) {
      all.addAll(elements(client.getFirst()));
    }
    return all.isEmpty() ? List.of() : List.of(String.join(",", all));
  }

  private static List<String> properties(
      List<String> client, boolean replaces, Set<String> taken, Map<String, String> ours) {
    List<String> values = new ArrayList<>();
    ours.forEach(
        (name, value) -> values.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    if (!replaces) {
      for (String line : client) {
        for (String element : elements(line)) {
          String name = element.substring(0, nameLength(element)).strip();
          if (isPlain(name) && taken.stream().noneMatch(name::equalsIgnoreCase)) {
            values.add(element);
          }
        }
      }
    }
    return values;
  }

  private static int nameLength(String element) {
    int equals = element.indexOf('=');
    return equals < 0 ? element.length() : equals;
  }

  private static List<String> elements(String line) {
    List<String> elements = new ArrayList<>();
    for (String element : line.split(",", -1)) {
      String stripped = element.strip();
      if (!stripped.isEmpty()) {
        elements.add(stripped);
      }
    }
    return elements;
  }

  /** Trino strips more from a name than ASCII's blanks, so that others could hide a taken one. */
  private static boolean isPlain(String name) {
    return name.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }
}
