package dev.passgate.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TracingTest {

  private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
  private static final URI NOBODY = URI.create("http://127.0.0.1:9/v1/traces");

  private static Map<String, String> told(String... states) {
    Map<String, String> told = new HashMap<>();
    try (Tracing tracing =
        Tracing.to(
            NOBODY,
            new TracingProperties(NOBODY.toString(), 1, Map.of()),
            new SimpleMeterRegistry())) {
      Map<String, List<String>> headers =
          Map.of(Tracing.PARENT_HEADER, List.of(PARENT), Tracing.STATE_HEADER, List.of(states));
      Objects.requireNonNull(tracing.begin(headers::get)).tell(told::put);
    }
    return told;
  }

  @Test
  void tellsStatesAsOneList() {
    assertThat(told("a=1,b=2", "c=3"))
        .containsEntry(Tracing.STATE_HEADER, "a=1,b=2,c=3")
        .hasEntrySatisfying(
            Tracing.PARENT_HEADER,
            parent -> assertThat(parent).startsWith(PARENT.substring(0, 36)).endsWith("-00"));
  }

  /** The SDK's way of reading it takes hours for this one. */
  @Test
  @Timeout(60)
  void readsNoStateThatIsTooLong() {
    assertThat(told("a=b" + " ".repeat(1_000_000) + "c")).containsOnlyKeys(Tracing.PARENT_HEADER);
  }
}
