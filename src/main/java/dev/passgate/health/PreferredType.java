package dev.passgate.health;

import java.util.List;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** Whether a client would rather have a page than JSON (RFC 9110, section 12.5.1). */
final class PreferredType {

  /** What browsers send has a tenth of it; strangers may send 2 MB. */
  private static final int MAX_LENGTH = 2048;

  private PreferredType() {}

  /**
   * @param accept the values of {@code Accept}; where they say nothing of use, they prefer nothing
   */
  static boolean isHtml(List<String> accept) {
    if (accept.stream().mapToInt(String::length).sum() > MAX_LENGTH) {
      return false;
    }
    try {
      List<MediaType> types = MediaType.parseMediaTypes(accept);
      return quality(types, MediaType.TEXT_HTML) > quality(types, MediaType.APPLICATION_JSON);
    } catch (InvalidMediaTypeException _) {
      return false;
    }
  }

  /** That of the most specific of the ranges that a type is in. */
  private static double quality(List<MediaType> ranges, MediaType type) {
    double quality = 0;
    int best = -1;
    for (MediaType range : ranges) {
      int specific = range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
      if (range.includes(type) && specific > best) {
        best = specific;
        quality = range.getQualityValue();
      }
    }
    return quality;
  }
}
