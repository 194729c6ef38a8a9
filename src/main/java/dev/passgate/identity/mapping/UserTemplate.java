package dev.passgate.identity.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the parts of a matched value make a name: literal text with {@code $0}, {@code $1} and so on
 * for the groups, and {@code $$} for a dollar sign.
 */
final class UserTemplate {

  private static final Pattern PART = Pattern.compile("\\$(\\d{1,3})|\\$(\\$)|([^$]+)|(\\$)");

  private sealed interface Part {}

  private record Literal(String text) implements Part {}

  private record Group(int number) implements Part {}

  private final List<Part> parts;

  private UserTemplate(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /**
   * Reads a template as it is configured.
   *
   * @param groups how many groups the expression has
   * @throws IllegalArgumentException where it names a group that is not there, has a dollar sign
   *     that means nothing, or text that no name may have; the message says which
   */
  static UserTemplate parse(String text, int groups) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    if (!text.chars().allMatch(c -> c >= 0x20 && c <= 0x7e)) {
      throw new IllegalArgumentException("it is not plain ASCII");
    }
    List<Part> parts = new ArrayList<>();
    Matcher matcher = PART.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1) != null) {
        parts.add(group(Integer.parseInt(matcher.group(1)), groups));
      } else if (matcher.group(4) != null) {
        throw new IllegalArgumentException("a $ is followed by neither a number nor a $");
      } else {
        parts.add(new Literal(matcher.group(2) != null ? "$" : matcher.group()));
      }
    }
    return new UserTemplate(parts);
  }

  private static Group group(int number, int groups) {
    if (number > groups) {
      throw new IllegalArgumentException("there is no group " + number + " in the pattern");
    }
    return new Group(number);
  }

  /** The name, or null where a group it needs took no part in the match. */
  @Nullable String fill(MatchResult match) {
    StringBuilder name = new StringBuilder();
    for (Part part : parts) {
      String text =
          switch (part) {
            case Literal literal -> literal.text();
            case Group group -> match.group(group.number());
          };
      if (text == null) {
        return null;
      }
      name.append(text);
    }
    return name.toString();
  }
}
