package dev.passgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.setting.InvalidSetting;
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
  void readsTheUsualPlacesByDefault() {
    assertThat(bind(Map.of()).sources()).containsExactly("bearer", "idtoken", "basic");
  }

  @Test
  void readsEveryPlaceInTheOrderOfTheList() {
    SourceProperties properties =
        bind(
            Map.of(
                "passgate.authentication.sources",
                "idtoken,certificate,bearer,basic,header:X-Token,cookie:Token"));

    assertThat(properties.parsed())
        .containsExactly(
            new Source.Header("idtoken"),
            new Source.Certificate(),
            new Source.Bearer(),
            new Source.Basic(),
            new Source.Header("x-token"),
            new Source.Cookie("Token"));
    assertThat(properties.parsed())
        .extracting(Source::label)
        .containsExactly(
            "idtoken", "certificate", "bearer", "basic", "header:x-token", "cookie:Token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bearer,magic",
        "bearer,header:",
        "bearer,cookie:a b",
        "Bearer",
        "header:Authorization",
        "header:cookie",
        "header:X-Trino-User",
        "header:X-Forwarded-User",
        "header:Host"
      })
  void refusesWhatIsNoPlace(String sources) {
    assertThatThrownBy(() -> bind(Map.of("passgate.authentication.sources", sources)))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith("passgate.authentication.sources is '")
        .hasMessageContaining(", expected bearer, idtoken, basic, certificate, cookie:NAME, or");
  }

  @ParameterizedTest
  @ValueSource(strings = {"bearer,bearer", "idtoken,header:IDTOKEN", "header:a,header:A"})
  void refusesAPlaceThatStandsTwice(String sources) {
    assertThatThrownBy(() -> bind(Map.of("passgate.authentication.sources", sources)))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessageEndingWith(", expected a list in which each source stands once");
  }
}
