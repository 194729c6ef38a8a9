package dev.passgate.setting;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;

/** The known key that a misspelt one was likely meant to be. */
final class NearKey {

  private static final int SHORT = 4;

  private NearKey() {}

  /**
   * Finds the key.
   *
   * @param known keys, with {@code *} and {@code #} in the place of names and numbers
   * @return the key with the names of the misspelt one; null where none is near
   */
  static @Nullable String of(ConfigurationPropertyName name, List<String> known) {
    int length = name.getNumberOfElements();
    if (name.isNumericIndex(length - 1)) {
      length--;
    }
    String nearest = null;
    int least = Integer.MAX_VALUE;
    for (String key : known) {
      String[] elements = key.split("\\.", -1);
      int distance = elements.length == length ? distance(name, elements) : Integer.MAX_VALUE;
      if (distance < least) {
        least = distance;
        nearest = written(name, elements);
      }
    }
    return nearest;
  }

  /** How many letters differ, at the most where it is too many to be a slip. */
  private static int distance(ConfigurationPropertyName name, String[] elements) {
    int sum = 0;
    for (int i = 0; i < elements.length; i++) {
      if (elements[i].equals("#") && !name.isNumericIndex(i)) {
        return Integer.MAX_VALUE;
      }
      if (!elements[i].equals("*") && !elements[i].equals("#")) {
        String expected = elements[i].replace("-", "");
        int distance = distance(name.getElement(i, Form.UNIFORM), expected);
        if (distance > (expected.length() <= SHORT ? 1 : 2)) {
          return Integer.MAX_VALUE;
        }
        sum += distance;
      }
    }
    return sum;
  }

  private static String written(ConfigurationPropertyName name, String[] elements) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < elements.length; i++) {
      switch (elements[i]) {
        case "*" -> parts.add(name.getElement(i, Form.ORIGINAL));
        case "#" -> parts.add(parts.removeLast() + "[" + name.getElement(i, Form.ORIGINAL) + "]");
        default -> parts.add(elements[i]);
      }
    }
    return String.join(".", parts);
  }

  /** Levenshtein's. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
