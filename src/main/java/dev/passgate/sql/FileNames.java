package dev.passgate.sql;

/** Names of files as a caller may ask for. */
public final class FileNames {

  private static final int MAX_CODE_POINTS = 120;

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
    return kept.toString().replaceAll("^[._ ]+|[. ]+$", "");
  }

  private static boolean isSafe(int point) {
    return Character.isLetterOrDigit(point)
        || Character.getType(point) == Character.NON_SPACING_MARK
        || Character.getType(point) == Character.COMBINING_SPACING_MARK
        || " ._-()[]+,=@#".indexOf(point) >= 0;
  }
}
