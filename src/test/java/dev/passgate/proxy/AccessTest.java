package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.cloud.gateway.route.Route;

class AccessTest {

  @ParameterizedTest
  @CsvSource({"identity, IDENTITY", "signed-uri, SIGNED_URI", "public, PUBLIC"})
  void isWhatTheMetadataSays(String value, Access access) {
    assertThat(Access.of("ui", Map.of("access", value))).isEqualTo(access);
  }

  @Test
  void asksForAnIdentityWhereARouteSaysNothing() {
    assertThat(Access.of("ui", Map.of("Access", "public"))).isEqualTo(Access.IDENTITY);
    Route route = Route.async().id("ui").uri("trino://cluster").predicate(_ -> true).build();
    assertThat(Access.of(route)).isEqualTo(Access.IDENTITY);
  }

  static Stream<Object> unknown() {
    return Stream.of("", "Public", "PUBLIC", " public", "anonymous", true, 1, List.of("public"));
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void rejectsEverythingElse(Object value) {
    assertThatThrownBy(() -> Access.of("ui", Map.of("access", value)))
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "metadata.access of the route 'ui' is '"
                + value
                + "', expected identity, signed-uri or public");
  }
}
