package dev.passgate.observe;

/**
 * A request's target as it may be written down: without its query, and with a star for a query's
 * prefix, for a segment's id, for what follows the id of a query, and for every long part. In
 * Trino's protocol these are what guards the query, and elsewhere they may be a token that somebody
 * put there.
 */
final class PublicPath {

  private static final int MAX_LENGTH = 256;

  /** A query's id has 27 characters; Trino's slugs have 41, and signatures and tokens more. */
  private static final int MAX_PART_LENGTH = 32;

  private static final String HIDDEN = "*";

  private PublicPath() {}

  /** What may be written of a raw target. */
  static String of(String target) {
    StringBuilder shown = new StringBuilder();
    int last = Integer.MAX_VALUE;
    String[] parts = target.substring(0, end(target)).split("/", -1);
    for (int i = 0; i < parts.length && shown.length() < MAX_LENGTH; i++) {
      String part = parts[i];
      shown.append(i == 0 ? "" : "/");
      if (i > last) {
        shown.append(HIDDEN);
        break;
      }
      shown.append(part.length() > MAX_PART_LENGTH || part.startsWith("~") ? HIDDEN : part);
      last =
          switch (part) {
            case "queued", "executing", "partialCancel" -> i + 1;
            case "download", "ack" -> i;
            default -> last;
          };
    }
    shown.setLength(Math.min(shown.length(), MAX_LENGTH));
    return shown.toString();
  }

  private static int end(String target) {
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c == '?' || c == '#' || c == ';') {
        return i;
      }
    }
    return target.length();
  }
}
