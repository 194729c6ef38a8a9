package dev.passgate.identity.impersonation;

import dev.passgate.setting.InvalidSetting;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may act as whom.
 *
 * @param rules the rules; the first that fits the caller and the wanted user decides
 */
@ConfigurationProperties("passgate.impersonation")
record ImpersonationProperties(@DefaultValue List<RuleProperties> rules) {

  /**
   * One rule. All but {@code allow} are regular expressions that must match the whole value.
   *
   * @param issuer an expression over the configured name of the issuer that the caller's credential
   *     is from; any if absent
   * @param user an expression over the Trino user that the credential maps to; any if absent
   * @param group an expression over the groups that the credential names, of which one must match;
   *     any or none if absent
   * @param as an expression over the user to act as, required; $1 and so on are the groups of the
   *     expression user
   * @param allow whether the rule allows, or refuses, what it fits
   */
  @ConfigurationPropertiesSource
  record RuleProperties(
      @Nullable String issuer,
      @Nullable String user,
      @Nullable String group,
      @Nullable String as,
      @DefaultValue("true") boolean allow) {}

  ImpersonationProperties {
    rules = List.copyOf(rules);
    compile(rules);
  }

  Impersonation compile() {
    return new Impersonation(compile(rules));
  }

  private static List<ActAsRule> compile(List<RuleProperties> rules) {
    return IntStream.range(0, rules.size()).mapToObj(i -> compile(i, rules.get(i))).toList();
  }

  private static ActAsRule compile(int number, RuleProperties rule) {
    Expression user = expression(key(number, "user"), rule.user());
    ActAsRule compiled =
        new ActAsRule(
            expression(key(number, "issuer"), rule.issuer()),
            user,
            expression(key(number, "group"), rule.group()),
            wanted(key(number, "as"), rule.as(), user),
            rule.allow());
    if (rule.allow() && rule.issuer() == null && rule.user() == null && rule.group() == null) {
      throw new InvalidSetting(
          key(number, "user"),
          null,
          "an issuer, a user or a group beside as, or everybody could act as " + rule.as());
    }
    return compiled;
  }

  private static @Nullable Expression expression(String key, @Nullable String text) {
    if (text == null) {
      return null;
    }
    if (text.isBlank()) {
      throw new InvalidSetting(key, text, "a regular expression, or no such key");
    }
    try {
      return new Expression(text);
    } catch (PatternSyntaxException e) {
      throw new InvalidSetting(key, text, "a regular expression (" + e.getDescription() + ")");
    }
  }

  private static WantedUser wanted(String key, @Nullable String text, @Nullable Expression user) {
    String expected = "a regular expression over the user to act as";
    if (text == null || text.isBlank()) {
      throw new InvalidSetting(key, text, expected);
    }
    try {
      return WantedUser.parse(text, user == null ? WantedUser.NO_CALLER : user.groups());
    } catch (PatternSyntaxException e) {
      throw new InvalidSetting(key, text, expected + " (" + e.getDescription() + ")");
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(key, text, expected + " (" + e.getMessage() + ")");
    }
  }

  private static String key(int number, String name) {
    return "passgate.impersonation.rules[" + number + "]." + name;
  }
}
