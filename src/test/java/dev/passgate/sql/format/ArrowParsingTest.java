package dev.passgate.sql.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against what the JDK makes of the same texts. */
class ArrowParsingTest {

  private static final int RUNS = 200_000;

  private final Random random = new Random(20250701);

  @Test
  void readsDoublesToTheLastBit() {
    for (int i = 0; i < RUNS; i++) {
      double value =
          switch (i % 4) {
            case 0 -> Double.longBitsToDouble(random.nextLong());
            case 1 -> random.nextInt(1_000_000) / 100.0;
            case 2 -> random.nextLong();
            default -> random.nextGaussian();
          };
      byte[] text = Double.toString(value).getBytes(US_ASCII);
      assertThat(Double.doubleToLongBits(ArrowParsing.decimalDouble(text, 0, text.length)))
          .isEqualTo(Double.doubleToLongBits(value));
    }
  }

  @Test
  void readsFloatsToTheLastBit() {
    for (int i = 0; i < RUNS; i++) {
      float value =
          switch (i % 3) {
            case 0 -> Float.intBitsToFloat(random.nextInt());
            case 1 -> random.nextInt(1_000_000) / 100.0f;
            default -> random.nextInt();
          };
      byte[] text = Float.toString(value).getBytes(US_ASCII);
      assertThat(Float.floatToIntBits(ArrowParsing.decimalFloat(text, 0, text.length)))
          .isEqualTo(Float.floatToIntBits(value));
    }
  }

  @Test
  void readsEveryDay() {
    for (long day = -800_000; day < 800_000; day++) {
      String date = LocalDate.ofEpochDay(day).toString();
      byte[] text = date.getBytes(US_ASCII);
      if (ArrowParsing.date(text, 0, text.length) != day) {
        throw new AssertionError(date);
      }
    }
  }

  @Test
  void readsTimestamps() {
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);
    for (int i = 0; i < RUNS; i++) {
      long micros = random.nextLong() % 200_000_000_000_000_000L;
      LocalDateTime time =
          LocalDateTime.ofEpochSecond(
              Math.floorDiv(micros, 1_000_000L),
              (int) Math.floorMod(micros, 1_000_000L) * 1_000,
              ZoneOffset.UTC);
      byte[] text = time.format(format).getBytes(US_ASCII);
      assertThat(ArrowParsing.timestamp(text, 0, text.length, 1_000_000)).isEqualTo(micros);
    }
  }
}
