package dev.passgate.identity.mapping;

import dev.passgate.identity.TrinoUserName;

/**
 * A text that a regular expression may look at only so often.
 *
 * <p>{@code java.util.regex} backtracks, and an expression as harmless as {@code (a+)+b} takes
 * exponential time on a name somebody chose for it. It reads its input through {@link #charAt}, so
 * counting there bounds the time of any match without a second engine.
 */
public final class StepLimitedText implements CharSequence {

  /** The work was not done within the limit. */
  public static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManySteps() {
      super("too many steps", null, false, false);
    }
  }

  /** Some 400 looks at each character of the longest name: about a millisecond. */
  private static final int MAX_STEPS = 100_000;

  private final String text;
  private int steps;

  /**
   * @throws TooManySteps where it is longer than any name is: Java's expressions recurse, and a
   *     long text could take the whole stack. That it does not match would be no answer, as an
   *     expression may be there to refuse
   */
  public StepLimitedText(String text) {
    this(text, TrinoUserName.MAX_LENGTH);
  }

  /**
   * The same for what may be longer than a name.
   *
   * @param maxLength at most some thousands, for the sake of the stack
   */
  public StepLimitedText(String text, int maxLength) {
    if (text.length() > maxLength) {
      throw new TooManySteps();
    }
    this.text = text;
  }

  @Override
  public int length() {
    return text.length();
  }

  /**
   * The character at an index, once more.
   *
   * @throws TooManySteps once the limit is reached
   */
  @Override
  public char charAt(int index) {
    if (++steps > MAX_STEPS) {
      throw new TooManySteps();
    }
    return text.charAt(index);
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
