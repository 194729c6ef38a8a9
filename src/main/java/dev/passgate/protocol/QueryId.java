package dev.passgate.protocol;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The id of a query, {@code yyyyMMdd_HHmmss_NNNNN_ccccc}, as {@code
 * io.trino.execution.QueryIdGenerator} makes it: the time in UTC, a counter, and five characters
 * that a coordinator draws when it starts.
 */
public record QueryId(String value) {

  private static final String TIME = "uuuuMMdd_HHmmss";
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern(TIME, Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
  private static final String PATTERN = "dddddddd_dddddd_ddddd_ccccc";

  /** How many characters an id has. */
  public static final int LENGTH = PATTERN.length();

  /** What the segment of the id comes after, and whether it must not be the last one. */
  private enum Place {
    QUEUED("/v1/statement/queued/", true),
    PARTIAL_CANCEL("/v1/statement/executing/partialCancel/", true),
    EXECUTING("/v1/statement/executing/", true),
    QUERY("/v1/query/", false),
    UI_QUERY("/ui/api/query/", false),
    /** {@code infoUri}; the second form is that of 483 and later. */
    INFO("/ui/query.html?", false),
    INFO_FRAGMENT("/ui#/queries/", false);

    private final String prefix;
    private final boolean more;

    Place(String prefix, boolean more) {
      this.prefix = prefix;
      this.more = more;
    }
  }

  private static final Place[] PLACES = Place.values();

  public QueryId {
    if (value.length() != LENGTH || !isAt(value, 0)) {
      throw new IllegalArgumentException("not a query id");
    }
  }

  /** The id, or null where the text is not one. */
  public static @Nullable QueryId parse(String text) {
    return text.length() == LENGTH && isAt(text, 0) ? new QueryId(text) : null;
  }

  /**
   * The id of the query that a path of Trino's is about: {@code
   * /v1/statement/{queued,executing}/{id}/...}, {@code
   * /v1/statement/executing/partialCancel/{id}/...}, {@code /v1/query/{id}[/...]} and the pages of
   * {@code infoUri}. Null for any other path. A query after the path does no harm.
   */
  public static @Nullable QueryId inPath(String path) {
    for (Place place : PLACES) {
      if (path.startsWith(place.prefix)) {
        int start = place.prefix.length();
        return isAt(path, start) && endsWell(path, start + LENGTH, place)
            ? new QueryId(path.substring(start, start + LENGTH))
            : null;
      }
    }
    return null;
  }

  private static boolean endsWell(String path, int end, Place place) {
    if (end == path.length()) {
      return !place.more;
    }
    return switch (place) {
      case INFO, INFO_FRAGMENT -> false;
      case QUERY, UI_QUERY -> path.charAt(end) == '/' || path.charAt(end) == '?';
      case QUEUED, PARTIAL_CANCEL, EXECUTING -> path.charAt(end) == '/';
    };
  }

  private static boolean isAt(String text, int start) {
    if (text.length() - start < LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(start + i);
      boolean digit = c >= '0' && c <= '9';
      boolean fits =
          switch (PATTERN.charAt(i)) {
            case 'd' -> digit;
            case 'c' -> digit || (c >= 'a' && c <= 'z');
            default -> c == '_';
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  /** The second in which it was made, by the coordinator's clock; null where it says none. */
  public @Nullable Instant time() {
    try {
      return LocalDateTime.parse(value.substring(0, TIME.length()), FORMAT)
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeParseException _) {
      return null;
    }
  }

  /** The five characters of the coordinator that made it. */
  public String coordinatorId() {
    return value.substring(LENGTH - 5);
  }

  @Override
  public String toString() {
    return value;
  }
}
