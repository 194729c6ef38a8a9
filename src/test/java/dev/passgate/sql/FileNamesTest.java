package dev.passgate.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileNamesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "orders 2026.csv|orders 2026.csv",
        "Umsätze|Umsätze",
        "売上 (東京)|売上 (東京)",
        "../../etc/passwd|passwd",
        "C:\\Windows\\win.ini|win.ini",
        "a/b/|``",
        "..|``",
        ".bashrc|bashrc",
        "name...|name",
        "a;b\"c'd|a_b_c_d",
        "a\tb|a_b",
        "invoice\u202Egnp.exe|invoice_gnp.exe",
        "zero\u200Bwidth|zero_width",
        "CON|_CON",
        "nul.csv|_nul.csv",
        "com1|_com1",
        "console|console"
      })
  void keepsWhatIsSafe(String asked, String kept) {
    assertThat(FileNames.safe(asked)).isEqualTo(kept);
  }

  @Test
  void boundsTheLength() {
    assertThat(FileNames.safe("x".repeat(5000))).hasSize(120);
    assertThat(FileNames.safe("\uD83D\uDE00".repeat(5000))).isEmpty();
  }

  @Test
  void leavesNoHalfOfACharacter() {
    assertThat(FileNames.safe("a\uD800b")).isEqualTo("a_b");
  }
}
