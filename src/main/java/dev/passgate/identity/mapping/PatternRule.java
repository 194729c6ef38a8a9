package dev.passgate.identity.mapping;

import dev.passgate.identity.mapping.MappedUser.None;
import dev.passgate.identity.mapping.MappedUser.User;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One pattern, one template, one case.
 *
 * @param pattern what the whole value must match, null for any
 */
record PatternRule(@Nullable Pattern pattern, UserTemplate template, LetterCase letterCase)
    implements NameRule {

  @Override
  public MappedUser apply(String value) {
    String name = pattern == null ? value : extract(pattern, value);
    return name == null
        ? new None("the name is not of the form that the issuer's users have")
        : new User(letterCase.apply(name));
  }

  private @Nullable String extract(Pattern expression, String value) {
    try {
      Matcher matcher = expression.matcher(new StepLimitedText(value));
      return matcher.matches() ? template.fill(matcher) : null;
    } catch (StepLimitedText.TooManySteps e) {
      return null;
    }
  }
}
