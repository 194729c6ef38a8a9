package dev.passgate.identity.mapping;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A regular expression that a whole name must match, and that takes no more than its time. */
public final class NamePattern {

  private final Pattern pattern;

  private NamePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles an expression.
   *
   * @throws IllegalArgumentException where it is empty or none; the message says why
   */
  public static NamePattern parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    try {
      return new NamePattern(Pattern.compile(text));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(e.getDescription(), e);
    }
  }

  /** Whether the whole name matches. One that takes too many steps does not. */
  public boolean matches(String name) {
    try {
      return pattern.matcher(new StepLimitedText(name)).matches();
    } catch (StepLimitedText.TooManySteps e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return pattern.pattern();
  }
}
