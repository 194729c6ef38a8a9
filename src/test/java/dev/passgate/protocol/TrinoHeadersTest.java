package dev.passgate.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrinoHeadersTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Trino-Source",
        "X-Trino-Catalog",
        "X-Trino-Schema",
        "X-Trino-Path",
        "X-Trino-Time-Zone",
        "X-Trino-Language",
        "X-Trino-Trace-Token",
        "X-Trino-Session",
        "X-Trino-Role",
        "X-Trino-Prepared-Statement",
        "X-Trino-Transaction-Id",
        "X-Trino-Client-Info",
        "X-Trino-Client-Tags",
        "X-Trino-Client-Capabilities",
        "X-Trino-Resource-Estimate",
        "X-Trino-Extra-Credential",
        "X-Trino-Query-Data-Encoding",
        "Accept",
        "Accept-Encoding",
        "Content-Type",
        "Content-Length",
        "Cookie",
        "Host",
        "Range",
        "User-Agent",
        "traceparent",
        "X-Amz-Server-Side-Encryption-Customer-Key",
        "X-Request-Id",
        "X-Trin",
        "X",
        "Forwarded-For",
        "Authorization-Info",
        "T",
        "TEA",
        "X-Trino"
      })
  void letsTheProtocolPass(String name) {
    assertThat(TrinoHeaders.isForwardable(name)).isTrue();
    assertThat(TrinoHeaders.isForwardable(name.toLowerCase(Locale.ROOT))).isTrue();
    assertThat(TrinoHeaders.isForwardable(name.toUpperCase(Locale.ROOT))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Trino-User",
        "X-Trino-Original-User",
        "X-Trino-Original-Roles",
        "X-Trino-Internal-Bearer",
        "X-Trino-Current-Version",
        "X-Trino-Max-Wait",
        "X-Trino-Max-Size",
        "X-Trino-Task-Instance-Id",
        "X-Trino-Page-Token",
        "X-Trino-Page-End-Sequence-Id",
        "X-Trino-Buffer-Complete",
        "X-Trino-Task-Failed",
        "X-Trino-Set-Catalog",
        "X-Trino-",
        "X-Trino-Unknown",
        "X-Trino-Catalogs",
        "X-Trino-Catalo",
        "X-Presto-User",
        "X-Presto-Catalog",
        "X-Presto-",
        "Authorization",
        "Proxy-Authorization",
        "idtoken",
        "Forwarded",
        "X-Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Port",
        "X-Forwarded-Prefix",
        "X-Forwarded-Anything",
        "X-Real-IP",
        "X-Original-URL",
        "X-Original-Host",
        "X-Rewrite-URL",
        "Connection",
        "Proxy-Connection",
        "Keep-Alive",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        // look-alikes
        "X_Trino_User",
        "X.Trino.User",
        "X-Trino_User",
        "X_Trino-User",
        "X-Trino.Original_User",
        "X_Trino_Catalog",
        "X-Trino_Catalog",
        "X-Trino-Client_Tags",
        "X-Trino-Client.Tags",
        "X_Presto_User",
        "X_Forwarded_Host",
        "X.Forwarded.For",
        "Proxy_Authorization",
        "X_Real_IP",
        "X_Original_URL",
        "X.Rewrite.URL",
        "Transfer_Encoding",
        "Keep.Alive",
        "Proxy_Connection",
        // not names at all
        "",
        " ",
        "X-Trino-User ",
        "X-Trino-Catalog ",
        " X-Trino-User",
        "X-Trino-User:",
        "X-Tr\u0131no-User",
        "X-Trino-U\u017fer",
        "Author\u0131zation",
        "a\u0000",
        "a\r\nb",
        "a(b)",
        "é"
      })
  void holdsBackIdentityOriginAndConnection(String name) {
    assertThat(TrinoHeaders.isForwardable(name)).isFalse();
    assertThat(TrinoHeaders.isForwardable(name.toLowerCase(Locale.ROOT))).isFalse();
    assertThat(TrinoHeaders.isForwardable(toUpperCaseOfAscii(name))).isFalse();
  }

  @Test
  void allocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    String[] names = {"Accept", "User-Agent", "x-trino-catalog", "X-Trino-User", "Authorization"};
    long thread = Thread.currentThread().threadId();
    for (String name : names) {
      TrinoHeaders.isForwardable(name);
    }
    long before = threads.getThreadAllocatedBytes(thread);
    int forwarded = 0;
    for (int i = 0; i < 100_000; i++) {
      forwarded += TrinoHeaders.isForwardable(names[i % names.length]) ? 1 : 0;
    }

    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(100_000);
    assertThat(forwarded).isEqualTo(60_000);
  }

  /** Upper case would make a dotless i or a long s an ASCII letter. */
  private static String toUpperCaseOfAscii(String name) {
    return name.chars().allMatch(c -> c < 0x80) ? name.toUpperCase(Locale.ROOT) : name;
  }
}
