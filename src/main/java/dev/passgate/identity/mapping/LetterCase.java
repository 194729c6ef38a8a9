package dev.passgate.identity.mapping;

import java.util.Arrays;
import java.util.Locale;

/**
 * What becomes of the letters of a user's name. Only the 26 letters of ASCII have two cases here:
 * in Unicode the Kelvin sign would become a k.
 */
enum LetterCase {
  KEEP,
  LOWER,
  UPPER;

  /**
   * Finds one by its name.
   *
   * @throws IllegalArgumentException for anything but the three names in small letters
   */
  static LetterCase of(String name) {
    return Arrays.stream(values())
        .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not a letter case"));
  }

  String apply(String text) {
    return switch (this) {
      case KEEP -> text;
      case LOWER -> shifted(text, 'A', 'Z', 'a' - 'A');
      case UPPER -> shifted(text, 'a', 'z', 'A' - 'a');
    };
  }

  private static String shifted(String text, char first, char last, int distance) {
    StringBuilder shifted = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= first && c <= last) {
        shifted.setCharAt(i, (char) (c + distance));
      }
    }
    return shifted.toString();
  }
}
