package dev.passgate.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;

class InvalidSettingTest {

  @Test
  void namesTheKeyTheValueAndWhatWasExpected() {
    assertThat(new InvalidSetting("passgate.tls.port", 70000, "a port, 0 to 65535"))
        .hasMessage("passgate.tls.port is '70000', expected a port, 0 to 65535");
  }

  @Test
  void saysThatNothingWasGiven() {
    assertThat(new InvalidSetting("passgate.clusters", null, "one cluster"))
        .hasMessage("passgate.clusters is not set, expected one cluster");
  }

  @ParameterizedTest
  @ValueSource(strings = {"u:p@", "u:pa/ss@", "u:p@ss@", "u:p@s/s?#@", ":p@", "u@"})
  void doesNotRepeatWhatMayBeAPassword(String credentials) {
    assertThat(new InvalidSetting("a", "redis://" + credentials + "host/1", "b"))
        .hasMessage("a is 'redis://***@host/1', expected b");
    assertThat(new InvalidSetting("a", List.of("x://" + credentials + "y", "x://z"), "b"))
        .hasMessage("a is '[x://***@y, x://z]', expected b");
  }

  @Test
  void isTheWholeMessageOfAFailedStart() {
    InvalidSetting setting = new InvalidSetting("passgate.tls.port", -1, "a port");
    Exception start = new IllegalStateException("bean", new IllegalStateException("bind", setting));

    FailureAnalysis analysis = Objects.requireNonNull(new MistakesAnalyzer(null).analyze(start));

    assertThat(analysis.getDescription()).isEqualTo("passgate.tls.port is '-1', expected a port");
    assertThat(analysis.getCause()).isSameAs(start);
  }

  @Test
  void leavesOtherFailuresToOthers() {
    @Nullable FailureAnalysis analysis =
        new MistakesAnalyzer(null).analyze(new IllegalStateException("something else"));

    assertThat(analysis).isNull();
  }

  @Test
  void isFoundBySpringBootBeforeItsOwnAnalyzers() {
    assertThat(
            SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, (_, _, _) -> {}))
        .first()
        .isInstanceOf(MistakesAnalyzer.class);
  }
}
