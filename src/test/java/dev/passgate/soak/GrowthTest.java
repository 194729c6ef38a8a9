package dev.passgate.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GrowthTest {

  private static final int SAMPLES = 180;
  private static final double MB = 1 << 20;

  private static boolean isTooMuch(IntToDoubleFunction figure) {
    return Growth.of(IntStream.range(0, SAMPLES).mapToDouble(figure).boxed().toList(), 0.10, 4 * MB)
        .isTooMuch();
  }

  @Test
  void seesAHeapThatGrowsSlowly() {
    // ten megabytes an hour, as a leak of 50 bytes for each of 60 requests a second would be
    assertThat(isTooMuch(i -> 40 * MB + i * 12 * MB / SAMPLES)).isTrue();
  }

  @Test
  void seesGrowthBehindNoise() {
    Random random = new Random(7);
    assertThat(isTooMuch(i -> 30 * MB + random.nextDouble(6 * MB) + i * 15 * MB / SAMPLES))
        .isTrue();
  }

  @Test
  void seesOneThreadForEachFault() {
    List<Double> threads =
        IntStream.range(0, SAMPLES).mapToObj(i -> 40.0 + Math.floorDiv(i, 6)).toList();
    assertThat(Growth.of(threads, 0, 4).isTooMuch()).isTrue();
  }

  @Test
  void leavesTheWarmUpOut() {
    assertThat(isTooMuch(i -> i < 45 ? i * MB : 45 * MB)).isFalse();
  }

  @Test
  void takesNoiseForNoGrowth() {
    Random random = new Random(7);
    assertThat(isTooMuch(_ -> 40 * MB + random.nextDouble(12 * MB))).isFalse();
  }

  @Test
  void takesAFewHighSamplesForNoGrowth() {
    assertThat(isTooMuch(i -> i > SAMPLES - SAMPLES / 10 ? 400 * MB : 40 * MB)).isFalse();
  }

  @Test
  void takesAFigureThatCouldNotBeHadForTooMuch() {
    assertThat(isTooMuch(_ -> Double.NaN)).isTrue();
  }

  @Test
  void saysNothingOfFewSamples() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Growth.of(new ArrayList<>(List.of(1.0, 2.0)), 0, 0));
  }
}
