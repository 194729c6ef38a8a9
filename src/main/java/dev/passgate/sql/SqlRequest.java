package dev.passgate.sql;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A statement to run, and how.
 *
 * @param sql as it was sent, without a semicolon at its end
 * @param size the most rows to send; null for all
 * @param parameters for the statement's question marks, as SQL literals; null where it has none
 * @param session by name, such as {@code query_max_run_time} or {@code hive.insert_batch}
 * @param timeout from the request to the last row; null for no limit but the gateway's
 * @param progress whether how far the query is shall be told, in forms that can
 * @param filename of a download; null where none was named
 */
public record SqlRequest(
    String sql,
    @Nullable Long size,
    @Nullable List<String> parameters,
    @Nullable String catalog,
    @Nullable String schema,
    Map<String, String> session,
    @Nullable Duration timeout,
    boolean progress,
    @Nullable String filename) {

  private static final String BEFORE_SQL = "EXECUTE IMMEDIATE '";

  public SqlRequest {
    parameters = parameters == null ? null : List.copyOf(parameters);
    session = Map.copyOf(session);
  }

  /**
   * What is posted to Trino. Parameters are bound by Trino to the question marks of a prepared
   * statement: {@code EXECUTE IMMEDIATE}, in which the statement is a string of its own.
   */
  public String statement() {
    return parameters == null
        ? sql
        : BEFORE_SQL
            + Literals.string(sql).substring(1)
            + (parameters.isEmpty() ? "" : " USING " + String.join(", ", parameters));
  }

  /** How many characters of {@link #statement} stand before those of the SQL, in its first line. */
  int offset() {
    return parameters == null ? 0 : BEFORE_SQL.length();
  }

  /** Not what the statement says: it may hold what logs must not. */
  @Override
  public String toString() {
    return "SqlRequest[" + sql.length() + " characters]";
  }
}
