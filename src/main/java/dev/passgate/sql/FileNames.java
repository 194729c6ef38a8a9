package dev.passgate.sql;

import java.util.regex.Pattern;

/** Names of files as a caller may ask for. */
public final class FileNames {

  private static final int MAX_CODE_POINTS = 120;

  /** Devices of Windows, with any ending. */
  private static final Pattern DEVICE =
      Pattern.compile("(con|prn|aux|nul|com[0-9]|lpt[0-9])(\\..*)?", Pattern.CASE_INSENSITIVE);

  private FileNames() {}

  /**
   * What of a name is safe on every system, of any script: no part of a path, nothing that a shell,
   * a header or Windows gives a meaning, nothing invisible or that turns the direction of writing,
   * no dot in front or at the end. Empty where nothing is left.
   */
  public static String safe(String asked) {
    String base = asked.substring(Math.max(asked.lastIndexOf('/'), asked.lastIndexOf('\\')) + 1);
    StringBuilder kept = new StringBuilder();
    base.codePoints()
        .limit(MAX_CODE_POINTS)
        .forEach(
            point -> {
              if (isSafe(point)) {
                kept.appendCodePoint(point);
              } else {
                kept.append('_');
              }
            });
    String name = kept.toString().replaceAll("^[._ ]+|[. ]+$", "");
    return DEVICE.matcher(name).matches() ? "_" + name : name;
  }

  private static boolean isSafe(int point) {
    return Character.isLetterOrDigit(point)
        || Character.getType(point) == Character.NON_SPACING_MARK
        || Character.getType(point) == Character.COMBINING_SPACING_MARK
        || " ._-()[]+,=@#".indexOf(point) >= 0;
  }
}
