package dev.passgate.setting;

import dev.passgate.setting.ConfigurationMetadata.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;

/** Writes {@code docs/configuration.md}. */
final class ConfigurationReference {

  /**
   * A part of the document.
   *
   * @param title its heading
   * @param text where there is more on it
   * @param prefixes what the keys in it begin with
   */
  private record Section(String title, String text, List<String> prefixes) {

    /** How well a key fits in here: the length of the longest prefix that it has, or -1. */
    int fit(String key) {
      return prefixes.stream()
          .filter(prefix -> key.equals(prefix) || key.startsWith(prefix + "."))
          .mapToInt(String::length)
          .max()
          .orElse(-1);
    }
  }

  private static final List<Section> SECTIONS =
      List.of(
          new Section(
              "Issuers",
              """
              Who is trusted to say who somebody is; without any, the gateway does not start. A name is small letters,
              digits, inner `-` and `_`, up to 63 of them, and none of `password-file`, `ldap`, `certificate`, `none`. From
              claims to the user: [mapping.md](mapping.md); who gets in beyond that: [restrictions.md](restrictions.md);
              opaque tokens: [introspection.md](introspection.md); `token-uri`: [token-endpoint.md](token-endpoint.md).
              """,
              List.of("passgate.issuers")),
          new Section(
              "Credentials",
              """
              Where a credential stands: [README](../README.md#credentials). Passwords: [passwords.md](passwords.md);
              certificates: [client-certificates.md](client-certificates.md).
              """,
              List.of("passgate.authentication")),
          new Section(
              "Who may act as whom",
              """
              The rules are tried in order: [impersonation.md](impersonation.md). All but `allow` are regular expressions that
              must match the whole value.
              """,
              List.of("passgate.impersonation")),
          new Section(
              "Clusters",
              """
              At least one is needed. How Trino trusts the gateway: [trust.md](trust.md); health and repeats:
              [upstream.md](upstream.md).
              """,
              List.of("passgate.clusters", "passgate.health", "passgate.trino-keys")),
          new Section(
              "Routing",
              """
              Which cluster gets a new query: [routing.md](routing.md). All conditions of a rule are optional, and all that
              there are must hold; expressions are regular and must match the whole value.
              """,
              List.of("passgate.routing")),
          new Section(
              "Signed URIs",
              """
              How replicas find the cluster of a query, and whose it is: [affinity.md](affinity.md).
              """,
              List.of(
                  "passgate.signing-key",
                  "passgate.accepted-signing-keys",
                  "passgate.signed-uris")),
          new Section(
              "Listeners",
              """
              Ports, and how clients call the gateway. The main listener and the management listener are Spring's `server.*`
              and `management.server.*`: [README](../README.md#configuration).
              """,
              List.of("passgate.external-url", "passgate.trusted-proxies", "passgate.tls")),
          new Section(
              "Limits",
              """
              What a request, an address and a user may take: [limits.md](limits.md).
              """,
              List.of("passgate.limits")),
          new Section(
              "SQL over plain HTTP, and other proxies",
              """
              `/query`: [sql.md](sql.md); `/api/validate`: [validate.md](validate.md).
              """,
              List.of("passgate.sql", "passgate.validate")),
          new Section(
              "Everything else",
              """
              The fast path is described in [upstream.md](upstream.md#the-fast-path-of-polls).
              """,
              List.of("passgate")));

  private static final String BEGINNING =
      """
      # Configuration reference

      Every key of Passgate. This document is made of the metadata of the program by the build, which fails where the two
      differ; it is not edited. `./mvnw test -Dtest=ConfigurationReferenceTest -Dpassgate.docs.update=true` writes it anew.

      Keys stand in `config/application.yml`, in the environment (`PASSGATE_EXTERNALURL`: capital letters, dots as
      `_`, hyphens left out) or on the command line (`--passgate.external-url=...`). `<name>` stands for a name that
      you choose, in brackets where it has other characters than letters, digits, `-` and `_`: `"[a/b]"`. `[n]` is the
      number of one of several, from 0 on; in YAML those are a list. A key that is not here stops the start, and so
      does a wrong value, with one message that names the key, the value and what was expected.

      Keys below `passgate.clusters`, `passgate.issuers`, `passgate.routing` and `passgate.impersonation` take effect
      without a restart when their file changes: [reload.md](reload.md). All others wait for the next start.

      A *duration* is a number with a unit: `ms`, `s`, `m`, `h` or `d`. A *size* has `B`, `KB`, `MB` or `GB`, each 1,024 times
      the one before. A *list* is one in YAML, or separated by commas. *Text* is secret where it is a key or a password: best
      from the environment, as `${NAME}` in the file.
      """;

  private static final Pattern CODE = Pattern.compile("\\{@code\\s+([^{}]*(?:\\{[^{}]*}[^{}]*)*)}");

  private ConfigurationReference() {}

  /** The document as it has to be. */
  static String markdown() {
    List<Setting> left = new ArrayList<>(ConfigurationMetadata.keys());
    left.sort(Comparator.comparing(Setting::name));
    StringBuilder out = new StringBuilder(BEGINNING);
    for (Section section : SECTIONS) {
      out.append("\n## ")
          .append(section.title())
          .append("\n\n")
          .append(section.text())
          .append('\n');
      out.append("| key | type | default | meaning |\n| --- | --- | --- | --- |\n");
      left.stream()
          .filter(key -> section.equals(home(key.name())))
          .map(ConfigurationReference::row)
          .forEach(out::append);
    }
    return out.toString();
  }

  private static Section home(String key) {
    return SECTIONS.stream()
        .max(Comparator.comparingInt(section -> section.fit(key)))
        .orElseThrow();
  }

  private static String row(Setting key) {
    return "| `%s` | %s | %s | %s |%n"
        .formatted(
            shown(key.name()), type(key.type()), defaultValue(key), description(key.description()))
        .replace(System.lineSeparator(), "\n");
  }

  /** As operators write it. */
  static String shown(String name) {
    return name.replace(".#", "[n]").replace("*", "<name>");
  }

  private static String type(String type) {
    return switch (type) {
      case "java.lang.String" -> "text";
      case "java.lang.Integer", "java.lang.Long", "java.lang.Double" -> "number";
      case "java.lang.Boolean" -> "`true` or `false`";
      case "java.time.Duration" -> "duration";
      case "org.springframework.util.unit.DataSize" -> "size";
      case "java.nio.file.Path" -> "file";
      default -> {
        if (!type.startsWith("java.util.List<")) {
          throw new IllegalStateException("nothing is known of the type " + type);
        }
        yield "list";
      }
    };
  }

  private static String defaultValue(Setting key) {
    String value = key.defaultValue();
    return value == null || value.isEmpty() ? "none" : "`" + value + "`";
  }

  private static String description(String text) {
    return CODE.matcher(text).replaceAll("`$1`").replace("|", "\\|");
  }
}
