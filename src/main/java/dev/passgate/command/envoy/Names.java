package dev.passgate.command.envoy;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names for issuers and clusters: Envoy's, in the letters that Passgate takes, each once. */
final class Names {

  private static final int MAX = 50;

  /** Other sources of users, and the SSL bundles of the listeners. */
  private static final Set<String> TAKEN =
      Set.of("password-file", "ldap", "certificate", "none", "listener", "listener-tls");

  private final Set<String> given = new HashSet<>(TAKEN);

  String of(String name) {
    String letters =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    String base = letters.isEmpty() ? "envoy" : letters;
    if (base.length() > MAX) {
      base = base.substring(0, MAX).replaceAll("-+$", "");
    }
    String unique = base;
    for (int i = 2; !given.add(unique); i++) {
      unique = base + "-" + i;
    }
    return unique;
  }
}
