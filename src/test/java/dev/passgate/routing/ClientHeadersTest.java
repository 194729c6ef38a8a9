package dev.passgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ClientHeadersTest {

  private static ClientHeaders of(String name, String... values) {
    return new ClientHeaders(asked -> asked.equals(name) ? List.of(values) : List.of());
  }

  @Test
  void readsTheFirstSourceOnly() {
    assertThat(of("X-Trino-Source", " cli ", "other").first("X-Trino-Source")).isEqualTo("cli");
    assertThat(of("X-Trino-Source", " ", "other").first("X-Trino-Source")).isNull();
    assertThat(of("X-Trino-Source").first("X-Trino-Source")).isNull();
  }

  @Test
  void readsTagsAsTrinoDoes() {
    assertThat(of("X-Trino-Client-Tags", " a, b ,,c", "d").clientTags())
        .containsExactly("a", "b", "c");
    assertThat(of("X-Trino-Client-Tags").clientTags()).isEmpty();
  }

  @Test
  void readsSessionPropertiesOfAllHeaders() {
    ClientHeaders headers =
        of("X-Trino-Session", "a=1, b = x%2Cy%3D , =z, c", "d=", "a=2", "e=%zz");

    assertThat(headers.session("a")).containsExactly("1", "2");
    assertThat(headers.session("b")).containsExactly("x,y=");
    assertThat(headers.session("c")).isEmpty();
    assertThat(headers.session("d")).containsExactly("");
    assertThat(headers.session("e")).isEmpty();
  }

  @Test
  void findsPreparedStatements() {
    ClientHeaders headers =
        of("X-Trino-Prepared-Statement", "a=SELECT+1%2C2,b%20c=x", "d=%zz,e=$zstd:KLUv");

    assertThat(headers.prepared("a")).isEqualTo("SELECT 1,2");
    assertThat(headers.prepared("b c")).isEqualTo("x");
    assertThat(headers.prepared("d")).isNull();
    assertThat(headers.prepared("e")).isNull();
    assertThat(headers.prepared("A")).isNull();
  }

  @Test
  void showsNoHeader() {
    assertThat(of("X-Trino-Session", "secret=1")).hasToString("ClientHeaders[***]");
  }
}
