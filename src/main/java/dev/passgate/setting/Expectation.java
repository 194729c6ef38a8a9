package dev.passgate.setting;

import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.util.ClassUtils;
import org.springframework.util.unit.DataSize;

/** What a setting of a type takes, in the words of whoever writes it. */
final class Expectation {

  /** How the names of keys end whose values nobody is to read. */
  private static final Pattern SECRET =
      Pattern.compile(
          "(?i).*(password|passphrase|secret|key|keys|token|credential|credentials)(\\[.*])?");

  private Expectation() {}

  /** To be read after "expected". */
  static String of(Class<?> type) {
    Class<?> boxed = ClassUtils.resolvePrimitiveIfNecessary(type);
    if (boxed == Duration.class) {
      return "a duration, such as 30s or 5m";
    }
    if (boxed == DataSize.class) {
      return "a size, such as 64KB or 2MB";
    }
    if (boxed == Boolean.class) {
      return "true or false";
    }
    if (boxed == Double.class || boxed == Float.class) {
      return "a number";
    }
    if (Number.class.isAssignableFrom(boxed)) {
      return "a whole number";
    }
    if (boxed.isEnum()) {
      return Arrays.stream(boxed.getEnumConstants())
          .map(each -> ((Enum<?>) each).name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .collect(Collectors.joining(", ", "one of ", ""));
    }
    if (boxed == InetAddress.class) {
      return "an address of this machine";
    }
    if (boxed == URI.class) {
      return "a URI";
    }
    if (Collection.class.isAssignableFrom(boxed)) {
      return "a list";
    }
    if (boxed == Class.class) {
      return "a value of this version";
    }
    return Map.class.isAssignableFrom(boxed) || boxed.isRecord()
        ? "settings below it"
        : "a value of another form";
  }

  /** Whether a value is not to be repeated. */
  static boolean isSecret(String key) {
    return SECRET.matcher(key).matches();
  }
}
