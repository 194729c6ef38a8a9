package dev.passgate.trace;

import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Where in a trace something happens (W3C Trace Context, version 00).
 *
 * @param traceId 32 small hexadecimal digits, not all 0
 * @param spanId 16 of them, not all 0
 * @param sampled whether spans of it are to be kept
 */
public record TraceContext(String traceId, String spanId, boolean sampled) {

  public static final String HEADER = "traceparent";
  public static final String STATE_HEADER = "tracestate";

  private static final int LENGTH = 55;
  private static final HexFormat HEX = HexFormat.of();

  /**
   * What {@code traceparent} says; null where there is not exactly one value, or it is not valid.
   */
  public static @Nullable TraceContext read(@Nullable List<String> values) {
    if (values == null || values.size() != 1) {
      return null;
    }
    String value = values.getFirst();
    // A later version may have more after these (section 3.2.4).
    if (value.length() < LENGTH
        || value.charAt(2) != '-'
        || value.charAt(35) != '-'
        || value.charAt(52) != '-'
        || (value.length() > LENGTH && (value.startsWith("00") || value.charAt(LENGTH) != '-'))
        || !isHex(value, 0, 2)
        || value.startsWith("ff")
        || !isId(value, 3, 35)
        || !isId(value, 36, 52)
        || !isHex(value, 53, LENGTH)) {
      return null;
    }
    boolean sampled = (HexFormat.fromHexDigits(value, 53, LENGTH) & 1) == 1;
    return new TraceContext(value.substring(3, 35), value.substring(36, 52), sampled);
  }

  /** The beginning of a trace. */
  static TraceContext begin(boolean sampled) {
    return new TraceContext(id() + id(), id(), sampled);
  }

  /** A span within this one. */
  TraceContext child() {
    return new TraceContext(traceId, id(), sampled);
  }

  /** The value of {@code traceparent}. */
  public String header() {
    return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
  }

  private static String id() {
    long id = ThreadLocalRandom.current().nextLong();
    return HEX.toHexDigits(id == 0 ? 1 : id);
  }

  private static boolean isId(String text, int from, int to) {
    boolean zero = true;
    for (int i = from; i < to; i++) {
      zero &= text.charAt(i) == '0';
    }
    return !zero && isHex(text, from, to);
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }
}
