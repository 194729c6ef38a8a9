package dev.passgate.command.envoy;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Protobuf's durations: {@code 1.5s}, or a message of seconds and nanos. */
final class Durations {

  private static final Pattern TEXT = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?s");

  private Durations() {}

  /**
   * In milliseconds, as Spring reads it; null where there is none, or it is nought, for no limit.
   */
  static @Nullable String read(Section section, String name) {
    Duration duration =
        section.isText(name) ? ofText(section, name) : ofMessage(section.section(name));
    return duration.isZero() ? null : duration.toMillis() + "ms";
  }

  private static Duration ofText(Section section, String name) {
    String text = String.valueOf(section.text(name));
    if (!TEXT.matcher(text).matches()) {
      throw new UnreadableEnvoy(section.path() + "." + name + " is no duration");
    }
    BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
    return Duration.ofNanos(seconds.movePointRight(9).longValue());
  }

  private static Duration ofMessage(Section message) {
    Integer seconds = message.number("seconds");
    Integer nanos = message.number("nanos");
    return Duration.ofSeconds(seconds == null ? 0 : seconds, nanos == null ? 0 : nanos);
  }
}
