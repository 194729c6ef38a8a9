package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.affinity.TestSignatures;
import dev.passgate.testing.http.RawResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Requests as clients of Trino write them, and what all answers to failures have in common. */
final class Requests {

  /** What the tests' clients call the gateway. */
  static final String GATEWAY = "gateway.test:8888";

  static final String QUERY_ID = "20260101_000000_00000_abcde";
  static final String POLL = "/v1/statement/queued/" + QUERY_ID + "/y0123456789abcdef/1";

  private Requests() {}

  /** A new statement. */
  static String post(String token, String sql, String... headerLines) {
    int length = sql.getBytes(StandardCharsets.ISO_8859_1).length;
    return head("POST", "/v1/statement", token, headerLines, "Content-Length: " + length) + sql;
  }

  /** A request without a body; the path of a page is signed for the token's user. */
  static String of(String method, String path, String token, String... headerLines) {
    String headers = token + "\n" + String.join("\n", headerLines);
    return head(method, TestSignatures.signedFor(path, headers), token, headerLines);
  }

  /** The head of a request whose body follows as the given line says. */
  static String head(String method, String path, String token, String[] lines, String... framing) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
    head.append("Host: ").append(GATEWAY).append("\r\n");
    if (!token.isEmpty()) {
      head.append("Authorization: Bearer ").append(token).append("\r\n");
    }
    for (String line : lines) {
      head.append(line).append("\r\n");
    }
    for (String line : framing) {
      head.append(line).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  /** A text without the signatures of the URIs in it. */
  static String unsigned(String text) {
    return text.replaceAll("[?&]pg=[\\w-]{60}(?=\")", "");
  }

  /** A failure that a client should try again after: one line of text for a person. */
  static void assertPassing(RawResponse response, int status) {
    assertFailure(response, status);
    assertThat(response.headers("Retry-After"))
        .hasSize(1)
        .allMatch(value -> value.matches("[1-9]\\d*"));
  }

  /** A failure under {@code /v1}: one line of text for a person, without anybody's address. */
  static void assertFailure(RawResponse response, int status) {
    assertThat(response.status()).as(response.text()).isEqualTo(status);
    assertThat(response.headers("Content-Type")).containsExactly("text/plain;charset=UTF-8");
    assertThat(response.text()).matches("[^\\r\\n]{10,250}\\n").doesNotContain("127.0.0.1");
    List<String> ids = response.headers("X-Request-Id");
    assertThat(ids).hasSize(1);
    assertThat(response.text()).endsWith(" (request " + ids.getFirst() + ")\n");
  }

  /** What the text of a failure says, without the id of the request. */
  static String said(RawResponse response) {
    return response.text().replaceFirst(" \\(request [0-9a-zA-Z-]+\\)\\n$", "");
  }
}
