package dev.passgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
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

    assertThat(headers.session("a")).as("the last, as in Trino").isEqualTo("2");
    assertThat(headers.session("b")).isEqualTo("x,y=");
    assertThat(headers.session("c")).isNull();
    assertThat(headers.session("d")).isEmpty();
    assertThat(headers.session("e")).isNull();
  }

  @Test
  void readsAListOnceHoweverOftenItIsAskedFor() {
    List<String> asked = new ArrayList<>();
    ClientHeaders headers =
        new ClientHeaders(
            name -> {
              asked.add(name);
              return List.of("a=1");
            });

    for (int i = 0; i < 3; i++) {
      assertThat(headers.session("a")).isEqualTo("1");
      assertThat(headers.clientTags()).containsExactly("a=1");
      assertThat(headers.prepared("a")).isEqualTo("1");
    }
    assertThat(asked)
        .containsExactlyInAnyOrder(
            "X-Trino-Session", "X-Trino-Client-Tags", "X-Trino-Prepared-Statement");
  }

  @Test
  void looksAtNoMoreThanTheFirstValuesOfAHeader() {
    String[] many = Collections.nCopies(101, "x").toArray(String[]::new);

    assertThat(of("X-Tool", many).all("X-Tool")).hasSize(100);
    assertThat(of("X-Tool", "a", "b").all("X-Tool")).containsExactly("a", "b");
  }

  @Test
  void findsPreparedStatements() {
    ClientHeaders headers =
        of(
            "X-Trino-Prepared-Statement",
            "a=SELECT+1%2C2,b%20c=x",
            "d=%zz,e=$zstd:KLUv,f%=x,f=%,g=%4,h=%-1,d=later,%61=later");

    assertThat(headers.prepared("a")).isEqualTo("SELECT 1,2");
    assertThat(headers.prepared("b c")).isEqualTo("x");
    for (String malformed : List.of("d", "f%", "f", "g", "h")) {
      assertThat(headers.prepared(malformed)).as(malformed).isNull();
    }
    assertThat(headers.prepared("e")).isNull();
    assertThat(headers.prepared("A")).isNull();
  }

  @Test
  void showsNoHeader() {
    assertThat(of("X-Trino-Session", "secret=1")).hasToString("ClientHeaders[***]");
  }
}
