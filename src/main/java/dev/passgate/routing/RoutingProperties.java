package dev.passgate.routing;

import dev.passgate.identity.mapping.KeptClaims;
import dev.passgate.setting.InvalidSetting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which clusters take which queries.
 *
 * @param rules the rules; the first that matches decides
 * @param defaultLabel the label of the clusters that take what no rule matches; all clusters where
 *     there is none
 * @param unmatched what becomes of a request that no rule matches: default or refuse
 * @param balance how one of several clusters is chosen: least-queries or round-robin
 */
@ConfigurationProperties("passgate.routing")
record RoutingProperties(
    @DefaultValue List<RuleProperties> rules,
    @Nullable String defaultLabel,
    @DefaultValue("default") String unmatched,
    @DefaultValue("least-queries") String balance) {

  private static final String RULES = "passgate.routing.rules";

  RoutingProperties {
    rules = List.copyOf(rules);
    if (!unmatched.equals("default") && !unmatched.equals("refuse")) {
      throw new InvalidSetting("passgate.routing.unmatched", unmatched, "default or refuse");
    }
    if (!balance.equals("least-queries") && !balance.equals("round-robin")) {
      throw new InvalidSetting("passgate.routing.balance", balance, "least-queries or round-robin");
    }
    compile(rules);
  }

  boolean refusesUnmatched() {
    return unmatched.equals("refuse");
  }

  boolean countsQueries() {
    return balance.equals("least-queries");
  }

  boolean asksForStatement() {
    return rules.stream().anyMatch(RuleProperties::asksForStatement);
  }

  /** What of an identity's claims the rules ask for. */
  KeptClaims claims() {
    List<KeptClaims.Source> asked = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      KeptClaims claims = new KeptClaims(rules.get(i).askedClaims(key(i)));
      asked.add(() -> claims);
    }
    return KeptClaims.of(asked);
  }

  /**
   * The rules, all of which can match.
   *
   * @param labels every label that a cluster has
   * @param issuers every name that a credential can be from
   * @throws InvalidSetting at the first rule for something that there is not
   */
  List<Rule> compile(Set<String> labels, Set<String> issuers) {
    List<Rule> compiled = compile(rules);
    for (int i = 0; i < compiled.size(); i++) {
      checkLabel(key(i) + ".label", compiled.get(i).label(), labels);
      List<String> named = rules.get(i).issuer();
      if (named != null && !issuers.containsAll(named)) {
        throw new InvalidSetting(key(i) + ".issuer", named, "some of " + issuers);
      }
    }
    if (defaultLabel != null) {
      checkLabel("passgate.routing.default-label", defaultLabel, labels);
    }
    return compiled;
  }

  private static void checkLabel(String key, String label, Set<String> labels) {
    if (!labels.contains(label)) {
      throw new InvalidSetting(key, label, "a label or the name of a cluster: " + labels);
    }
  }

  private static List<Rule> compile(List<RuleProperties> rules) {
    List<Rule> compiled = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (int i = 0; i < rules.size(); i++) {
      Rule rule = rules.get(i).compile(key(i));
      if (!names.add(rule.name())) {
        throw new InvalidSetting(key(i) + ".name", rule.name(), "a name of its own");
      }
      if (rule.conditions().isEmpty() && i < rules.size() - 1) {
        throw new InvalidSetting(
            key(i),
            rule.name(),
            "a condition, such as user, as it is not the last one and none after it would count");
      }
      compiled.add(rule);
    }
    return compiled;
  }

  private static String key(int number) {
    return RULES + "[" + number + "]";
  }
}
