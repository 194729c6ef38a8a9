package dev.passgate.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicPathTest {

  @ParameterizedTest
  @CsvSource({
    "/v1/statement, /v1/statement",
    "/v1/statement/queued/20260101_000000_00000_abcde/y01/1?s=x,"
        + " /v1/statement/queued/20260101_000000_00000_abcde/*",
    "/v1/statement/executing/partialCancel/20260101_000000_00000_abcde/0/y01/1,"
        + " /v1/statement/executing/partialCancel/20260101_000000_00000_abcde/*",
    "/v1/spooled/download/abc, /v1/spooled/download/*",
    "/v1/spooled/ack/abc, /v1/spooled/ack/*",
    "/~20260101_000000_00000_abcde.sig/ui, /*/ui",
    "/a?token=b, /a",
    "/a;token=b, /a",
    "/a#b, /a",
    "/a/0123456789012345678901234567890123456789/b, /a/*/b",
    "//v1//statement, //v1//statement"
  })
  void hidesWhatMayBeASecret(String target, String expected) {
    assertThat(PublicPath.of(target)).isEqualTo(expected);
  }

  @Test
  void cutsALongOne() {
    assertThat(PublicPath.of("/a".repeat(10_000))).hasSize(256);
  }
}
