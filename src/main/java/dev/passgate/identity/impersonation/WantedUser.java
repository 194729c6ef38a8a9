package dev.passgate.identity.impersonation;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whom somebody may act as: a regular expression over the wanted user, in which {@code $1} and so
 * on stand for what the groups of the expression over the caller's own name matched, as in {@code
 * new_user} of Trino's file-based rules. What they matched is text here, never an expression.
 */
final class WantedUser {

  /** No expression over the caller, so that there is nothing to refer to. */
  static final int NO_CALLER = -1;

  private static final int MAX_DIGITS = 2;

  /**
   * What a reference is told from: quoted text, an escaped character, and where a class of
   * characters begins, of which a closing bracket that comes first is one, and ends.
   */
  private static final Pattern TOKEN =
      Pattern.compile("\\\\Q.*?(?:\\\\E|\\z)|\\\\.|\\[\\^?\\]?|\\]|\\$(\\d+)", Pattern.DOTALL);

  /** The text around the references, one more than there are of these. */
  private final List<String> texts;

  private final List<Integer> references;

  /** The expression where it refers to nothing. */
  private final @Nullable Expression constant;

  private WantedUser(List<String> texts, List<Integer> references) {
    this.texts = List.copyOf(texts);
    this.references = List.copyOf(references);
    this.constant = references.isEmpty() ? new Expression(texts.getFirst()) : null;
  }

  /**
   * Reads an expression as it is configured.
   *
   * @param groups how many groups the expression over the caller has, or {@link #NO_CALLER}
   * @throws IllegalArgumentException where it is no regular expression, or refers to a group that
   *     is not there, or does so where the text of a group means something else
   */
  static WantedUser parse(String text, int groups) {
    List<String> texts = new ArrayList<>();
    List<Integer> references = new ArrayList<>();
    int start = 0;
    int classes = 0;
    Matcher tokens = TOKEN.matcher(text);
    while (tokens.find()) {
      String digits = tokens.group(1);
      if (digits != null) {
        references.add(reference(digits, groups, classes));
        texts.add(text.substring(start, tokens.start()));
        start = tokens.end();
      } else if (tokens.group().startsWith("[")) {
        classes++;
      } else if (tokens.group().equals("]")) {
        classes = Math.max(0, classes - 1);
      }
    }
    texts.add(text.substring(start));
    WantedUser wanted = new WantedUser(texts, references);
    if (!references.isEmpty()) {
      // Whether it can be compiled does not depend on what the groups matched: that is quoted.
      var _ = wanted.expression(references.stream().map(_ -> "x").toList());
    }
    return wanted;
  }

  private static int reference(String digits, int groups, int classes) {
    if (groups == NO_CALLER) {
      throw new IllegalArgumentException("there is no user beside it, whose groups it could name");
    }
    if (digits.length() > MAX_DIGITS || Integer.parseInt(digits) > groups) {
      throw new IllegalArgumentException("there is no group " + digits + " in the user beside it");
    }
    if (classes > 0) {
      throw new IllegalArgumentException("a group cannot stand between [ and ]");
    }
    return Integer.parseInt(digits);
  }

  /**
   * The expression for one caller. A group that took no part in the match, or matched an empty
   * text, stands for nobody: then there is none.
   *
   * @param caller the match of the expression over the caller, null where there is none
   */
  @Nullable Expression of(@Nullable MatchResult caller) {
    if (constant != null) {
      return constant;
    }
    if (caller == null) {
      return null;
    }
    List<String> values = new ArrayList<>();
    for (int reference : references) {
      String value = caller.group(reference);
      if (value == null || value.isEmpty()) {
        return null;
      }
      values.add(value);
    }
    return expression(values);
  }

  private Expression expression(List<String> values) {
    StringBuilder text = new StringBuilder(texts.getFirst());
    for (int i = 0; i < values.size(); i++) {
      text.append("(?:").append(Pattern.quote(values.get(i))).append(')').append(texts.get(i + 1));
    }
    return new Expression(text.toString());
  }
}
