package dev.passgate.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  @Test
  void readsWhatItWrites() {
    TraceContext begun = TraceContext.begin(true);
    TraceContext child = begun.child();

    assertThat(TraceContext.read(List.of(begun.header()))).isEqualTo(begun);
    assertThat(child.traceId()).isEqualTo(begun.traceId());
    assertThat(child.spanId()).isNotEqualTo(begun.spanId());
  }

  @Test
  void readsWhatALaterVersionHasBeside() {
    TraceContext read = TraceContext.read(List.of("01-" + TRACE + "-" + SPAN + "-03-more"));

    assertThat(Objects.requireNonNull(read).header()).isEqualTo("00-" + TRACE + "-" + SPAN + "-01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more",
        "00-4bf92f3577b34da6a3ce929d0e0e473x-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
      })
  void readsNothingElse(String value) {
    assertThat(TraceContext.read(List.of(value))).isNull();
  }

  @Test
  void readsNoneOfTwo() {
    String value = "00-" + TRACE + "-" + SPAN + "-01";

    assertThat(TraceContext.read(List.of(value, value))).isNull();
    assertThat(TraceContext.read(List.of())).isNull();
    assertThat(TraceContext.read(null)).isNull();
  }
}
