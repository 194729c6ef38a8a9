package dev.passgate.sql.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads values as Trino writes them. What is not so ends in one of the exceptions that {@link
 * #isOfText} knows.
 */
final class ArrowParsing {

  private static final double[] POWERS_OF_TEN = new double[23];
  private static final float[] FLOAT_POWERS_OF_TEN = new float[11];
  private static final long MAX_EXACT_DOUBLE = 1L << 53;
  private static final long MAX_EXACT_FLOAT = 1L << 24;

  /** As many digits as surely fit a long. */
  private static final int DIGITS_OF_LONG = 18;

  private static final int SECONDS_OF_DAY = 86_400;

  static {
    double power = 1;
    for (int i = 0; i < POWERS_OF_TEN.length; i++) {
      POWERS_OF_TEN[i] = power;
      power *= 10;
    }
    for (int i = 0; i < FLOAT_POWERS_OF_TEN.length; i++) {
      FLOAT_POWERS_OF_TEN[i] = (float) POWERS_OF_TEN[i];
    }
  }

  private ArrowParsing() {}

  /** Whether an exception means that a text is not as expected, or a value out of range. */
  static boolean isOfText(RuntimeException e) {
    return e instanceof IllegalArgumentException // NumberFormatException is one
        || e instanceof ArithmeticException
        || e instanceof IndexOutOfBoundsException;
  }

  static long integer(byte[] text, int from, int to, long min, long max) {
    boolean negative = text[from] == '-';
    int i = negative ? from + 1 : from;
    require(i < to);
    long value = 0;
    for (; i < to; i++) {
      // downwards, as there is one more of the negative numbers
      value = Math.subtractExact(Math.multiplyExact(value, 10), digit(text[i]));
    }
    value = negative ? value : Math.negateExact(value);
    require(value >= min && value <= max);
    return value;
  }

  static boolean bool(byte[] text, int from, int to) {
    require(to - from == 4 ? text[from] == 't' : to - from == 5 && text[from] == 'f');
    return text[from] == 't';
  }

  static double decimalDouble(byte[] text, int from, int to) {
    Simple simple = simple(text, from, to);
    if (simple != null
        && simple.digits <= MAX_EXACT_DOUBLE
        && Math.abs(simple.exponent) < POWERS_OF_TEN.length) {
      // both are exact, and so there is one rounding (Clinger, 1990)
      double power = POWERS_OF_TEN[Math.abs(simple.exponent)];
      double value = simple.exponent < 0 ? simple.digits / power : simple.digits * power;
      return simple.negative ? -value : value;
    }
    return Double.parseDouble(new String(text, from, to - from, ISO_8859_1));
  }

  static float decimalFloat(byte[] text, int from, int to) {
    Simple simple = simple(text, from, to);
    if (simple != null
        && simple.digits <= MAX_EXACT_FLOAT
        && Math.abs(simple.exponent) < FLOAT_POWERS_OF_TEN.length) {
      float power = FLOAT_POWERS_OF_TEN[Math.abs(simple.exponent)];
      float value = simple.exponent < 0 ? simple.digits / power : simple.digits * power;
      return simple.negative ? -value : value;
    }
    return Float.parseFloat(new String(text, from, to - from, ISO_8859_1));
  }

  /** A number of few digits: digits times ten to the exponent. */
  private record Simple(boolean negative, long digits, int exponent) {}

  private static @Nullable Simple simple(byte[] text, int from, int to) {
    boolean negative = text[from] == '-';
    long digits = 0;
    int exponent = 0;
    boolean fraction = false;
    int i = negative ? from + 1 : from;
    int first = i;
    for (; i < to && text[i] != 'E'; i++) {
      if (text[i] == '.' && !fraction) {
        fraction = true;
      } else if (text[i] >= '0' && text[i] <= '9' && i - first < DIGITS_OF_LONG) {
        digits = digits * 10 + (text[i] - '0');
        exponent -= fraction ? 1 : 0;
      } else {
        return null;
      }
    }
    if (i < to) {
      exponent += (int) integer(text, i + 1, to, -1_000, 1_000);
    }
    return i == first ? null : new Simple(negative, digits, exponent);
  }

  /** Writes the 16 bytes of a decimal that has the given number of digits after its point. */
  static void decimal(byte[] text, int from, int to, int scale, ArrowBuffer target) {
    boolean negative = text[from] == '-';
    long low = 0;
    long high = 0;
    int digits = 0;
    int point = to;
    for (int i = negative ? from + 1 : from; i < to; i++) {
      if (text[i] == '.' && point == to) {
        point = i;
        continue;
      }
      int digit = digit(text[i]);
      if (++digits <= DIGITS_OF_LONG) {
        low = low * 10 + digit;
      } else {
        high = high * 10 + Math.unsignedMultiplyHigh(low, 10);
        low = low * 10 + digit;
        high += Long.compareUnsigned(low, digit) < 0 ? 1 : 0;
      }
    }
    int fraction = point == to ? 0 : to - point - 1;
    // the sign and one zero before the point are more than the type's 38 digits
    require(fraction == scale && digits > 0 && digits <= 39 && high >= 0);
    if (negative) {
      low = -low;
      high = ~high + (low == 0 ? 1 : 0);
    }
    target.putLong(low);
    target.putLong(high);
  }

  /** Days since 1970-01-01 of {@code [+-]y-mm-dd}. */
  static long date(byte[] text, int from, int to) {
    int day = two(text, to - 2);
    int month = two(text, to - 5);
    require(text[to - 3] == '-' && text[to - 6] == '-');
    int sign = text[from] == '+' ? 1 : 0;
    long year = integer(text, from + sign, to - 6, -300_000_000, 300_000_000);
    require(month >= 1 && month <= 12 && day >= 1 && day <= 31);
    // years from March, as their last day is the one that may be missing
    long shifted = month <= 2 ? year - 1 : year;
    long era = Math.floorDiv(shifted, 400);
    long yearOfEra = shifted - era * 400;
    long dayOfYear = (153L * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468;
  }

  /**
   * Units since midnight of {@code hh:mm:ss[.fraction]}.
   *
   * @param unitsOfSecond a power of ten; the fraction has no more digits
   */
  static long time(byte[] text, int from, int to, long unitsOfSecond) {
    require(to - from >= 8 && text[from + 2] == ':' && text[from + 5] == ':');
    int second = (two(text, from) * 60 + two(text, from + 3)) * 60 + two(text, from + 6);
    require(second < SECONDS_OF_DAY);
    long fraction = 0;
    long unit = unitsOfSecond;
    if (to - from > 8) {
      require(text[from + 8] == '.');
      for (int i = from + 9; i < to; i++) {
        unit /= 10;
        require(unit > 0);
        fraction += digit(text[i]) * unit;
      }
    }
    return second * unitsOfSecond + fraction;
  }

  /** Units since 1970-01-01 00:00:00 of {@code date time}. */
  static long timestamp(byte[] text, int from, int to, long unitsOfSecond) {
    int space = indexOf(text, from, to, ' ');
    long days = date(text, from, space);
    long ofDay = time(text, space + 1, to, unitsOfSecond);
    // near the least value a day's units overflow before the time is added
    if (days < 0) {
      return Math.addExact(
          Math.multiplyExact(days + 1, SECONDS_OF_DAY * unitsOfSecond),
          ofDay - SECONDS_OF_DAY * unitsOfSecond);
    }
    return Math.addExact(Math.multiplyExact(days, SECONDS_OF_DAY * unitsOfSecond), ofDay);
  }

  /** Months of {@code [-]years-months}. */
  static int months(byte[] text, int from, int to) {
    boolean negative = text[from] == '-';
    int start = negative ? from + 1 : from;
    int dash = indexOf(text, start, to, '-');
    long months =
        integer(text, start, dash, 0, Integer.MAX_VALUE) * 12 + integer(text, dash + 1, to, 0, 11);
    return Math.toIntExact(negative ? -months : months);
  }

  /** Milliseconds of {@code [-]days hh:mm:ss.fff}. */
  static long milliseconds(byte[] text, int from, int to) {
    boolean negative = text[from] == '-';
    int start = negative ? from + 1 : from;
    int space = indexOf(text, start, to, ' ');
    long days = integer(text, start, space, 0, Integer.MAX_VALUE * 1_000L);
    long millis =
        Math.addExact(
            Math.multiplyExact(days, SECONDS_OF_DAY * 1_000L), time(text, space + 1, to, 1_000));
    return negative ? -millis : millis;
  }

  static byte[] base64(byte[] text, int from, int to) {
    return Base64.getDecoder().decode(new String(text, from, to - from, ISO_8859_1));
  }

  private static int indexOf(byte[] text, int from, int to, char wanted) {
    int i = from;
    while (i < to && text[i] != wanted) {
      i++;
    }
    require(i < to);
    return i;
  }

  private static int two(byte[] text, int at) {
    return digit(text[at]) * 10 + digit(text[at + 1]);
  }

  private static int digit(byte b) {
    int digit = b - '0';
    require(digit >= 0 && digit <= 9);
    return digit;
  }

  static void require(boolean met) {
    if (!met) {
      throw new IllegalArgumentException("not of its type");
    }
  }
}
