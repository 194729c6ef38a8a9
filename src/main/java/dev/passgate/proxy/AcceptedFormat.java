package dev.passgate.proxy;

import dev.passgate.failure.RequestException;
import dev.passgate.sql.format.ResultFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Which form of rows a client would rather have (RFC 9110, section 12.5.1). */
final class AcceptedFormat {

  /** What browsers send has a tenth of it; strangers may send 2 MB. */
  private static final int MAX_LENGTH = 2048;

  private AcceptedFormat() {}

  /**
   * How much a form is wanted.
   *
   * @param specific how closely the range names the form, from 0 for any form to 2 for just it
   */
  private record Preference(double quality, int specific) {

    boolean isOver(Preference other) {
      return quality > other.quality
          || (quality == other.quality && quality > 0 && specific > other.specific);
    }
  }

  /**
   * The form of the highest quality; of several the one that a range names most closely, and then
   * the first that there is.
   *
   * @throws RequestException if there is none, or {@code Accept} cannot be read
   */
  static ResultFormat of(HttpHeaders headers) {
    List<String> accept = headers.getOrEmpty(HttpHeaders.ACCEPT);
    if (accept.isEmpty()) {
      return ResultFormat.EVENT_STREAM;
    }
    List<MediaType> ranges = ranges(accept);
    ResultFormat preferred = null;
    Preference best = new Preference(0, -1);
    for (ResultFormat format : ResultFormat.values()) {
      Preference preference = preference(ranges, MediaType.parseMediaType(format.mediaType()));
      if (preference != null && preference.isOver(best)) {
        best = preference;
        preferred = format;
      }
    }
    if (preferred == null) {
      throw new RequestException(
          HttpStatus.NOT_ACCEPTABLE,
          "served are text/event-stream, application/x-ndjson, application/json, text/csv and"
              + " application/vnd.apache.arrow.stream");
    }
    return preferred;
  }

  private static List<MediaType> ranges(List<String> accept) {
    if (accept.stream().mapToInt(String::length).sum() > MAX_LENGTH) {
      throw new RequestException(HttpStatus.BAD_REQUEST, "the Accept header is too long");
    }
    try {
      return MediaType.parseMediaTypes(accept);
    } catch (InvalidMediaTypeException _) {
      throw new RequestException(HttpStatus.BAD_REQUEST, "the Accept header is not readable");
    }
  }

  /** That of the most specific of the ranges that a type is in; null where it is in none. */
  private static @Nullable Preference preference(List<MediaType> ranges, MediaType type) {
    Preference found = null;
    for (MediaType range : ranges) {
      int specific = range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
      if (isIn(type, range) && (found == null || specific > found.specific())) {
        found = new Preference(range.getQualityValue(), specific);
      }
    }
    return found;
  }

  /** Parameters such as {@code charset} make no other form. */
  private static boolean isIn(MediaType type, MediaType range) {
    return range.isWildcardType()
        || (range.getType().equals(type.getType())
            && (range.isWildcardSubtype() || range.getSubtype().equals(type.getSubtype())));
  }
}
