package dev.passgate.routing;

import dev.passgate.routing.SqlTokens.Token;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a statement does from its first words, along {@code io.trino.util.StatementUtils}:
 * what is a definition to Trino ({@code QueryType.DATA_DEFINITION}) is one here, TRUNCATE and CALL
 * among it, but for what is about the session alone; what Trino runs as a query that writes,
 * ANALYZE and ALTER TABLE EXECUTE among it, is a write.
 *
 * <p>Parses nothing beyond those words. What is no statement has some kind too, and Trino refuses
 * it. Takes time in proportion to the text.
 */
public final class StatementClassifier {

  /** How much of a statement is looked at, in characters. */
  public static final int MAX_LENGTH = 64 * 1024;

  /** How many statements may stand within each other, as in EXPLAIN ANALYZE EXECUTE. */
  private static final int MAX_DEPTH = 4;

  private final Function<String, @Nullable String> prepared;

  /**
   * @param prepared the text of a prepared statement by its name, null where there is none
   */
  public StatementClassifier(Function<String, @Nullable String> prepared) {
    this.prepared = prepared;
  }

  /**
   * What a statement does.
   *
   * @param text its text, or the begin of it
   * @param whole whether this is all of it
   * @return null where it takes more of the text to tell, which it never does of a whole one or
   *     beyond {@link #MAX_LENGTH}
   */
  public @Nullable StatementKind classify(CharSequence text, boolean whole) {
    if (text.length() > MAX_LENGTH) {
      StatementKind kind = kind(text.subSequence(0, MAX_LENGTH), false, MAX_DEPTH);
      return kind == null ? StatementKind.OTHER : kind;
    }
    return kind(text, whole, MAX_DEPTH);
  }

  private @Nullable StatementKind kind(CharSequence text, boolean whole, int depth) {
    SqlTokens tokens = new SqlTokens(text, whole);
    return kind(tokens.next(), tokens, depth);
  }

  private @Nullable StatementKind kind(Token begin, SqlTokens tokens, int depth) {
    Token first = begin;
    while (first.isSymbol('(')) {
      first = tokens.next();
    }
    if (first.isCut()) {
      return null;
    }
    return switch (first.keyword()) {
      case "SELECT", "WITH", "VALUES", "TABLE", "SHOW", "DESCRIBE", "DESC" -> StatementKind.READ;
      case "INSERT", "UPDATE", "DELETE", "MERGE", "REFRESH", "ANALYZE" -> StatementKind.WRITE;
      case "DROP", "COMMENT", "GRANT", "REVOKE", "DENY", "TRUNCATE", "CALL" -> StatementKind.DDL;
      case "SET", "RESET", "USE", "PREPARE", "DEALLOCATE", "START", "COMMIT", "ROLLBACK" ->
          StatementKind.SESSION;
      case "CREATE" -> create(tokens);
      case "ALTER" -> alter(tokens);
      case "EXPLAIN" -> explain(tokens, depth);
      case "EXECUTE" -> execute(tokens, depth);
      default -> StatementKind.OTHER;
    };
  }

  /** A table that is made of a query has AS outside of all parentheses. */
  private static @Nullable StatementKind create(SqlTokens tokens) {
    Token token = tokens.next();
    if (token.is("OR")) {
      var _ = tokens.next();
      token = tokens.next();
    }
    if (token.isCut()) {
      return null;
    }
    if (!token.is("TABLE")) {
      return StatementKind.DDL;
    }
    int open = 0;
    for (token = tokens.next(); token.type() != SqlTokens.Type.END; token = tokens.next()) {
      if (token.isCut()) {
        return null;
      }
      if (token.isSymbol('(')) {
        open++;
      } else if (token.isSymbol(')')) {
        open--;
      } else if (open == 0 && token.is("AS")) {
        return StatementKind.WRITE;
      }
    }
    return StatementKind.DDL;
  }

  /** ALTER TABLE name EXECUTE runs a procedure over the table's data, such as optimize. */
  private static @Nullable StatementKind alter(SqlTokens tokens) {
    Token token = tokens.next();
    if (token.is("TABLE")) {
      token = tokens.next();
      Token next = tokens.next();
      if (token.is("IF") && next.is("EXISTS")) {
        var _ = tokens.next();
        next = tokens.next();
      }
      while (next.isSymbol('.')) {
        var _ = tokens.next();
        next = tokens.next();
      }
      if (next.is("EXECUTE")) {
        return StatementKind.WRITE;
      }
      token = next;
    }
    return token.isCut() ? null : StatementKind.DDL;
  }

  private @Nullable StatementKind explain(SqlTokens tokens, int depth) {
    Token token = tokens.next();
    if (token.is("ANALYZE")) {
      token = tokens.next();
      if (token.is("VERBOSE")) {
        token = tokens.next();
      }
      return depth == 0 ? StatementKind.OTHER : kind(token, tokens, depth - 1);
    }
    return token.isCut() ? null : StatementKind.READ;
  }

  private @Nullable StatementKind execute(SqlTokens tokens, int depth) {
    Token token = tokens.next();
    if (token.isCut()) {
      return null;
    }
    if (depth == 0) {
      return StatementKind.OTHER;
    }
    if (token.is("IMMEDIATE")) {
      Token text = tokens.next();
      if (text.type() == SqlTokens.Type.TEXT) {
        return orOther(kind(text.text(), true, depth - 1));
      }
      if (text.type() == SqlTokens.Type.TEXT_BEGIN) {
        return kind(text.text(), false, depth - 1);
      }
      if (text.isCut()) {
        return null;
      }
    }
    boolean named = token.type() == SqlTokens.Type.WORD || token.type() == SqlTokens.Type.NAME;
    String statement = named ? prepared.apply(token.text()) : null;
    return statement == null
        ? StatementKind.OTHER
        : orOther(
            kind(
                statement.substring(0, Math.min(statement.length(), MAX_LENGTH)),
                statement.length() <= MAX_LENGTH,
                depth - 1));
  }

  private static StatementKind orOther(@Nullable StatementKind kind) {
    return kind == null ? StatementKind.OTHER : kind;
  }
}
