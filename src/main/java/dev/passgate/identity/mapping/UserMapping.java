package dev.passgate.identity.mapping;

import dev.passgate.identity.TrinoUserName;
import dev.passgate.identity.mapping.MappedUser.None;
import dev.passgate.identity.mapping.MappedUser.User;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the Trino user in the claims of a verified token.
 *
 * <p>The first claim that is present decides. If it is of no use (not a string, empty, or nothing
 * that may stand in {@code X-Trino-User}) there is no user: were the next one asked instead,
 * whoever can spoil a claim of his could choose which other claim names him.
 */
public final class UserMapping {

  private final List<ClaimPath> claims;
  private final @Nullable Pattern pattern;
  private final UserTemplate template;
  private final LetterCase letterCase;

  UserMapping(
      List<ClaimPath> claims,
      @Nullable Pattern pattern,
      UserTemplate template,
      LetterCase letterCase) {
    this.claims = List.copyOf(claims);
    this.pattern = pattern;
    this.template = template;
    this.letterCase = letterCase;
  }

  /**
   * Maps claims to a user. Thread-safe, and bounded in time whatever the pattern.
   *
   * @param values the claims by name, JSON objects as maps
   */
  public MappedUser map(Map<String, ? extends @Nullable Object> values) {
    for (ClaimPath claim : claims) {
      Object value = claim.find(values);
      if (value != ClaimPath.Missing.ABSENT) {
        return value instanceof String text && isPlain(text)
            ? rewrite(text)
            : new None("a claim that should name the user does not");
      }
    }
    return new None("no claim names a user");
  }

  /**
   * What a pattern may be held against: the subject of a certificate has commas between its parts.
   * That the user has none is seen to at the end.
   */
  private static boolean isPlain(String text) {
    return TrinoUserName.isValid(text.replace(',', ';'));
  }

  private MappedUser rewrite(String value) {
    String name = pattern == null ? value : extract(pattern, value);
    if (name == null) {
      return new None("the name is not of the form that the issuer's users have");
    }
    String user = letterCase.apply(name);
    return TrinoUserName.isValid(user)
        ? new User(user)
        : new None("the name is not one that Trino takes");
  }

  private @Nullable String extract(Pattern expression, String value) {
    Matcher matcher = expression.matcher(new StepLimitedText(value));
    try {
      return matcher.matches() ? template.fill(matcher) : null;
    } catch (StepLimitedText.TooManySteps e) {
      return null;
    }
  }
}
