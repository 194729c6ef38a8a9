package dev.passgate.identity.impersonation;

import dev.passgate.identity.mapping.StepLimitedText;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that is to match the whole of a short text, in a bounded number of steps.
 */
final class Expression {

  private final Pattern pattern;

  /**
   * @throws java.util.regex.PatternSyntaxException where the text is no regular expression
   */
  Expression(String text) {
    this.pattern = Pattern.compile(text);
  }

  int groups() {
    return pattern.matcher("").groupCount();
  }

  /**
   * The match of the whole text, or null.
   *
   * @throws StepLimitedText.TooManySteps where it cannot be told within the limit
   */
  @Nullable MatchResult match(String text) {
    Matcher matcher = pattern.matcher(new StepLimitedText(text));
    return matcher.matches() ? matcher : null;
  }

  boolean matches(String text) {
    return match(text) != null;
  }

  @Override
  public String toString() {
    return pattern.pattern();
  }
}
