package dev.passgate.routing;

import dev.passgate.identity.mapping.ClaimPath;
import dev.passgate.identity.mapping.NamePattern;
import dev.passgate.protocol.TrinoHeaders;
import dev.passgate.setting.InvalidSetting;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;

/**
 * One rule. All conditions are optional, and all that there are must hold. Expressions must match
 * the whole value.
 *
 * @param name for explanations; its place, such as {@code rules[0]}, where there is none
 * @param issuer the configured names of issuers, or of sources of passwords or certificates, of
 *     which the credential is from one
 * @param user an expression over the Trino user that the query runs as
 * @param originalUser an expression over the Trino user that the credential maps to, who is the
 *     same unless somebody acts as another
 * @param groups groups of which the credential names one
 * @param claims by the path of a claim, values of which it has one
 * @param source an expression over {@code X-Trino-Source}
 * @param clientTags tags that are all in {@code X-Trino-Client-Tags}
 * @param catalog values of which {@code X-Trino-Catalog} is one
 * @param session by the name of a session property, an expression over its value in {@code
 *     X-Trino-Session}
 * @param headers by the name of a header, an expression over one of its values
 * @param statement kinds of statements: read, write, ddl, session, other
 * @param label the label, or the name, of the clusters to which goes what matches; required
 */
@ConfigurationPropertiesSource
record RuleProperties(
    @Nullable String name,
    @Nullable List<String> issuer,
    @Nullable String user,
    @Nullable String originalUser,
    @Nullable List<String> groups,
    @Nullable Map<String, List<String>> claims,
    @Nullable String source,
    @Nullable List<String> clientTags,
    @Nullable List<String> catalog,
    @Nullable Map<String, String> session,
    @Nullable Map<String, String> headers,
    @Nullable List<String> statement,
    @Nullable String label) {

  /**
   * Makes the rule.
   *
   * @param key what its keys begin with, without a dot
   * @throws InvalidSetting at the first mistake
   */
  Rule compile(String key) {
    if (label == null || label.isBlank()) {
      throw new InvalidSetting(key + ".label", label, "a label of clusters");
    }
    List<Rule.Condition> all = new ArrayList<>();
    if (issuer != null) {
      Set<String> names = oneOf(key + ".issuer", issuer);
      all.add((identity, _, _) -> names.contains(identity.issuer()));
    }
    if (user != null) {
      NamePattern pattern = pattern(key + ".user", user);
      all.add((identity, _, _) -> pattern.matches(identity.user()));
    }
    if (originalUser != null) {
      NamePattern pattern = pattern(key + ".original-user", originalUser);
      all.add(
          (identity, _, _) ->
              pattern.matches(
                  Objects.requireNonNullElse(identity.originalUser(), identity.user())));
    }
    if (groups != null) {
      Set<String> names = oneOf(key + ".groups", groups);
      all.add((identity, _, _) -> names.stream().anyMatch(identity.groups()::contains));
    }
    askedClaims(key)
        .forEach(
            (path, values) ->
                all.add(
                    (identity, _, _) ->
                        identity.claims().getOrDefault(path.text(), List.of()).stream()
                            .anyMatch(values::contains)));
    addHeaders(key, all);
    if (statement != null) {
      Set<StatementKind> kinds = kinds(key + ".statement", statement);
      all.add((_, _, kind) -> kinds.contains(kind));
    }
    return new Rule(name(key), label, all);
  }

  private void addHeaders(String key, List<Rule.Condition> all) {
    if (source != null) {
      NamePattern pattern = pattern(key + ".source", source);
      all.add(
          (_, client, _) -> {
            String value = client.first(TrinoHeaders.SOURCE);
            return value != null && pattern.matches(value);
          });
    }
    if (clientTags != null) {
      Set<String> tags = oneOf(key + ".client-tags", clientTags);
      all.add((_, client, _) -> client.clientTags().containsAll(tags));
    }
    if (catalog != null) {
      Set<String> names = oneOf(key + ".catalog", catalog);
      all.add(
          (_, client, _) -> {
            String value = client.first(TrinoHeaders.CATALOG);
            return value != null && names.contains(value);
          });
    }
    eachPattern(
        key + ".session",
        session,
        (property, pattern) ->
            all.add(
                (_, client, _) -> {
                  String value = client.session(property);
                  return value != null && pattern.matches(value);
                }));
    eachPattern(
        key + ".headers",
        headers,
        (header, pattern) -> {
          if (!TrinoHeaders.isForwardable(header)) {
            throw new InvalidSetting(
                key + ".headers", header, "names of headers that may go on to a cluster");
          }
          all.add((_, client, _) -> client.all(header).stream().anyMatch(pattern::matches));
        });
  }

  /** The name, which is its place where it has none. */
  String name(String key) {
    return name == null || name.isBlank() ? key.substring(key.lastIndexOf('.') + 1) : name;
  }

  /** Whether there is a condition on what a statement does. */
  boolean asksForStatement() {
    return statement != null;
  }

  /**
   * The values of claims that it asks for.
   *
   * @throws InvalidSetting where one is no path of a claim, or has no values
   */
  Map<ClaimPath, Set<String>> askedClaims(String key) {
    Map<ClaimPath, Set<String>> asked = new LinkedHashMap<>();
    if (claims == null) {
      return asked;
    }
    if (claims.isEmpty()) {
      throw new InvalidSetting(key + ".claims", "", "values by claim, or no such key");
    }
    claims.forEach(
        (text, values) -> {
          ClaimPath path;
          try {
            path = ClaimPath.parse(text);
          } catch (IllegalArgumentException _) {
            throw new InvalidSetting(key + ".claims", text, "one of " + ClaimPath.FORM);
          }
          asked.put(path, oneOf(key + ".claims[" + text + "]", values));
        });
    return asked;
  }

  private static void eachPattern(
      String key, @Nullable Map<String, String> patterns, BiConsumer<String, NamePattern> each) {
    if (patterns == null) {
      return;
    }
    if (patterns.isEmpty()) {
      throw new InvalidSetting(key, "", "expressions by name, or no such key");
    }
    patterns.forEach((name, text) -> each.accept(name, pattern(key + "[" + name + "]", text)));
  }

  private static Set<String> oneOf(String key, List<String> values) {
    if (values.isEmpty() || values.stream().anyMatch(String::isBlank)) {
      throw new InvalidSetting(key, values, "at least one value, none of them blank");
    }
    return new HashSet<>(values);
  }

  private static Set<StatementKind> kinds(String key, List<String> values) {
    Set<StatementKind> kinds = EnumSet.noneOf(StatementKind.class);
    for (String value : values) {
      StatementKind kind = StatementKind.of(value);
      if (kind == null) {
        throw new InvalidSetting(key, values, "some of read, write, ddl, session and other");
      }
      kinds.add(kind);
    }
    if (kinds.isEmpty()) {
      throw new InvalidSetting(key, values, "some of read, write, ddl, session and other");
    }
    return kinds;
  }

  private static NamePattern pattern(String key, String text) {
    try {
      return NamePattern.parse(text);
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(key, text, "a regular expression (" + e.getMessage() + ")");
    }
  }
}
