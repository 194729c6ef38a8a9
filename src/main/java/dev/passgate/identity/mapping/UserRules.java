package dev.passgate.identity.mapping;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.passgate.file.JsonContent;
import dev.passgate.identity.mapping.MappedUser.None;
import dev.passgate.identity.mapping.MappedUser.User;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a file in the form of Trino's user mapping ({@code
 * io.trino.server.security.UserMapping}), which mean what they mean to Trino: the first rule whose
 * pattern matches the whole value decides, and where none does there is no user.
 *
 * @param rules at least one
 */
record UserRules(List<Rule> rules) {

  /**
   * One rule.
   *
   * @param pattern what the whole value must match
   * @param user what the user is made of, as {@link Matcher#replaceAll(String)} reads it
   * @param allow whether who matches is a user at all
   * @param letterCase what becomes of the letters
   */
  record Rule(Pattern pattern, String user, boolean allow, LetterCase letterCase) {}

  private record File(@Nullable List<Entry> rules) {}

  private record Entry(
      @Nullable String pattern,
      @Nullable String user,
      @Nullable Boolean allow,
      @JsonProperty("case") @Nullable String letterCase) {}

  UserRules {
    rules = List.copyOf(rules);
  }

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException where it is not of the form; the message says where and why
   */
  static UserRules parse(byte[] content) {
    List<Entry> entries = JsonContent.read(content, File.class).rules();
    if (entries == null || entries.isEmpty()) {
      throw new IllegalArgumentException("there is no list \"rules\" with at least one rule");
    }
    List<Rule> rules = new ArrayList<>();
    for (Entry entry : entries) {
      try {
        rules.add(rule(entry));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("rule " + (rules.size() + 1) + ": " + e.getMessage(), e);
      }
    }
    return new UserRules(rules);
  }

  private static Rule rule(@Nullable Entry entry) {
    if (entry == null || entry.pattern() == null) {
      throw new IllegalArgumentException("it has no pattern");
    }
    Pattern pattern = pattern(entry.pattern());
    boolean allow = entry.allow() == null || entry.allow();
    String user = entry.user() == null ? "$1" : entry.user();
    if (allow) {
      checkReplacement(pattern, user);
    }
    return new Rule(pattern, user, allow, letterCase(entry.letterCase()));
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "its pattern is no regular expression (" + e.getDescription() + ")", e);
    }
  }

  /**
   * Tries the text on an expression with groups of the same names and number, for Java looks at it
   * only when something matches, which is too late to tell the operator.
   */
  private static void checkReplacement(Pattern pattern, String user) {
    int groups = pattern.matcher("").groupCount();
    String[] parts = new String[groups];
    for (Map.Entry<String, Integer> named : pattern.namedGroups().entrySet()) {
      parts[named.getValue() - 1] = "(?<" + named.getKey() + ">)";
    }
    StringBuilder probe = new StringBuilder();
    for (String part : parts) {
      probe.append(part == null ? "()" : part);
    }
    try {
      var _ = Pattern.compile(probe.toString()).matcher("").replaceAll(user);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalArgumentException(
          "its user names a group that the pattern does not have (" + e.getMessage() + ")", e);
    }
  }

  /** Trino reads these names in capital and in small letters. */
  private static LetterCase letterCase(@Nullable String name) {
    if (name == null) {
      return LetterCase.KEEP;
    }
    try {
      return LetterCase.of(name.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its case is none of keep, lower and upper", e);
    }
  }

  MappedUser map(String value) {
    try {
      for (Rule rule : rules) {
        Matcher matcher = rule.pattern().matcher(new StepLimitedText(value));
        if (matcher.matches()) {
          return rule.allow()
              ? new User(rule.letterCase().apply(matcher.replaceAll(rule.user())))
              : new None("the rules allow no such user");
        }
      }
      return new None("no rule is for such a user");
    } catch (StepLimitedText.TooManySteps e) {
      // not on to the next rule: this one may have been meant to refuse
      return new None("the name takes a rule too long");
    }
  }
}
