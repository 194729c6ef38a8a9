package dev.passgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class SourcePropertiesTest {

  private static SourceProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate.authentication", SourceProperties.class);
  }

  @Test
  void readsBearerByDefault() {
    assertThat(bind(Map.of()).sources()).containsExactly("bearer");
    assertThat(bind(Map.of()).unread()).isEmpty();
  }

  @Test
  void knowsThoseThatItDoesNotRead() {
    SourceProperties properties =
        bind(
            Map.of(
                "passgate.authentication.sources",
                "idtoken,bearer,basic,header:X-Token,cookie:token"));

    assertThat(properties.unread())
        .isEqualTo(List.of("idtoken", "basic", "header:X-Token", "cookie:token"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"idtoken", "idtoken,basic", "bearer,magic", "bearer,header:", "Bearer"})
  void refusesAListThatWouldNotDoWhatItSays(String sources) {
    assertThatThrownBy(() -> bind(Map.of("passgate.authentication.sources", sources)))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("passgate.authentication.sources is '[")
        .hasMessageEndingWith(
            ", expected a list with bearer in it, the source that this version reads");
  }
}
