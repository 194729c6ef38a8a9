package dev.passgate.failure;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/** Trino ran a caller's statement and says that it failed; nothing of its rows has been sent. */
public final class StatementException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final HttpStatus status;
  private final transient Map<String, Object> members = new LinkedHashMap<>();

  /**
   * @param detail Trino's words, which may quote the statement
   * @param name such as {@code SYNTAX_ERROR}
   * @param type such as {@code USER_ERROR}
   * @param line where in the statement, from 1; null where at no place
   */
  public StatementException(
      HttpStatus status,
      String detail,
      String name,
      String type,
      @Nullable Integer line,
      @Nullable Integer column,
      @Nullable String queryId) {
    super(detail, null, false, false);
    this.status = status;
    members.put("errorName", name);
    members.put("errorType", type);
    if (line != null && column != null) {
      members.put("location", Map.of("line", line, "column", column));
    }
    if (queryId != null) {
      members.put(Failure.QUERY_ID, queryId);
    }
  }

  HttpStatus status() {
    return status;
  }

  Map<String, Object> members() {
    return members;
  }
}
