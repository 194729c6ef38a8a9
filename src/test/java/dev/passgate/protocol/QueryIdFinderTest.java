package dev.passgate.protocol;

import static dev.passgate.protocol.Rewriting.bytes;
import static dev.passgate.protocol.Rewriting.cut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.protocol.Rewriting.Memory;
import org.junit.jupiter.api.Test;

class QueryIdFinderTest {

  private final QueryIdFinder finder = new QueryIdFinder(Rewriting.MAPPING);

  @Test
  void remembersTheQueryOfTheFirstUriOfTheCluster() {
    String first = "20250701_101112_00042_abcde";
    byte[] document =
        bytes(
            """
            {"infoUri":"https://elsewhere.example/ui/query.html?20250701_101112_00041_abcde",\
            "nextUri":"http://trino:8080/v1/statement/queued/20250701_101112_00042_abcde/y/1",\
            "partialCancelUri":"http://trino:8080/v1/statement/executing/partialCancel/20250701_101112_00043_abcde/0/y/1"}\
            """);

    assertThat(cut(document, finder, Memory.HEAP)).isEqualTo(Rewriting.whole(document));
    assertThat(finder.queryId()).isEqualTo(new QueryId(first));
  }

  @Test
  void goesOnAfterAUriWithoutQuery() {
    finder.map(UriField.INFO_URI, "http://trino:8080/custom");
    assertThat(finder.queryId()).isNull();

    finder.map(UriField.NEXT_URI, "http://trino:8080/v1/query/20250701_101112_00042_abcde");
    assertThat(finder.queryId()).hasToString("20250701_101112_00042_abcde");
  }

  @Test
  void isConcernedAsTheMappingIs() {
    byte[] document = bytes("{\"nextUri\":\"http://trino:8080/" + "x".repeat(20_000) + "\"}");

    assertThatThrownBy(() -> cut(document, finder, Memory.HEAP))
        .isInstanceOf(UriTooLongException.class);
  }

  @Test
  void knowsWhetherThereIsMoreToCome() {
    finder.map(UriField.INFO_URI, "http://trino:8080/ui/query.html?x");
    finder.map(UriField.SEGMENT_URI, "http://trino:8080/v1/spooled/download/x");
    assertThat(finder.hasNext()).isFalse();

    finder.map(UriField.NEXT_URI, "http://elsewhere.example/next");
    assertThat(finder.hasNext()).isTrue();
  }
}
