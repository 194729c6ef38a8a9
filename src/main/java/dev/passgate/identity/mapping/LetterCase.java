package dev.passgate.identity.mapping;

import java.util.Arrays;
import java.util.Locale;

/** What becomes of the letters of a user's name. */
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
      case LOWER -> text.toLowerCase(Locale.ROOT);
      case UPPER -> text.toUpperCase(Locale.ROOT);
    };
  }
}
