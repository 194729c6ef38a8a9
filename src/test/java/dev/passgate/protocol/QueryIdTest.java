package dev.passgate.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryIdTest {

  private static final String ID = "20250701_101112_00042_ab2de";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/statement/queued/" + ID + "/y1/1",
        "/v1/statement/executing/" + ID + "/y1/1",
        "/v1/statement/executing/" + ID + "/",
        "/v1/statement/executing/partialCancel/" + ID + "/0/y1/1",
        "/v1/query/" + ID,
        "/v1/query/" + ID + "/",
        "/v1/query/" + ID + "/killed",
        "/v1/query/" + ID + "?pruned=true",
        "/ui/query.html?" + ID,
        "/ui#/queries/" + ID
      })
  void isFoundInPaths(String path) {
    assertThat(QueryId.inPath(path)).isEqualTo(new QueryId(ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        ID,
        "/v1/statement",
        "/v1/statement/",
        "/v1/statement/queued/",
        "/v1/statement/queued/" + ID,
        "/v1/statement/queued/" + ID + "x/y1/1",
        "/v1/statement/queued//" + ID + "/y1/1",
        "/v1/statement/QUEUED/" + ID + "/y1/1",
        "/v1/statement/queued/partialCancel/" + ID + "/0/y1/1",
        "/v1/statement/executing/partialCancel/" + ID,
        "/v1/statement/running/" + ID + "/y1/1",
        "x/v1/query/" + ID,
        "/v1/query",
        "/v1/query/",
        "/v1/query/" + ID + "x",
        "/v1/query/20250701_101112_00042_ab2d",
        "/v1/queryState/" + ID,
        "/v1/spooled/download/" + ID,
        "/ui/query.html?" + ID + "&x",
        "/ui/query.html",
        "/ui/" + ID
      })
  void isNotFoundElsewhere(String path) {
    assertThat(QueryId.inPath(path)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "20250701_101112_00042_ab2d",
        "20250701_101112_00042_ab2dee",
        "20250701_101112_00042_AB2DE",
        "20250701_101112_00042_ab-de",
        "20250701-101112_00042_ab2de",
        "2025070a_101112_00042_ab2de",
        "20250701_101112_0004٢_ab2de",
        " 0250701_101112_00042_ab2de"
      })
  void isRefusedInAnyOtherForm(String text) {
    assertThat(QueryId.parse(text)).isNull();
    assertThatIllegalArgumentException().isThrownBy(() -> new QueryId(text));
  }

  @Test
  void isWrittenAsItWasRead() {
    assertThat(QueryId.parse(ID)).hasToString(ID);
  }
}
