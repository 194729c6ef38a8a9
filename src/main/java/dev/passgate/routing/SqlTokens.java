package dev.passgate.routing;

import java.util.Locale;

/**
 * The tokens at the beginning of a statement, as Trino's lexer cuts it ({@code SqlBase.g4}), as far
 * as kinds of statements need them. Looks at each character once.
 */
final class SqlTokens {

  /** What a token is. */
  enum Type {
    /** A key word, a name without quotes, or a number. */
    WORD,
    /** A name in double quotes. */
    NAME,
    /** A text in single quotes. */
    TEXT,
    /** The begin of a text that goes on after the input. */
    TEXT_BEGIN,
    /** Any other character. */
    SYMBOL,
    /** The statement ends here. */
    END,
    /** The input ends here, the statement may not. */
    CUT
  }

  /**
   * One token.
   *
   * @param text the word as it is written, the name or text without quotes, or the symbol
   */
  record Token(Type type, String text) {

    static final Token END = new Token(Type.END, "");
    static final Token CUT = new Token(Type.CUT, "");

    /** Whether it is a key word, which is given in capitals. */
    boolean is(String keyword) {
      return type == Type.WORD && text.equalsIgnoreCase(keyword);
    }

    boolean isSymbol(char symbol) {
      return type == Type.SYMBOL && text.charAt(0) == symbol;
    }

    boolean isCut() {
      return type == Type.CUT || type == Type.TEXT_BEGIN;
    }

    /** The word in capitals; empty for what is no word. */
    String keyword() {
      return type == Type.WORD ? text.toUpperCase(Locale.ROOT) : "";
    }
  }

  private final CharSequence input;
  private final boolean whole;
  private int at;

  /**
   * @param whole whether the statement ends where the input does
   */
  SqlTokens(CharSequence input, boolean whole) {
    this.input = input;
    this.whole = whole;
  }

  /** The next token; once it is an end, it stays one. */
  Token next() {
    if (!skip()) {
      return end();
    }
    char c = input.charAt(at);
    if (isWord(c)) {
      return word();
    }
    if (c == '"' || c == '\'') {
      return quoted(c);
    }
    at++;
    return new Token(Type.SYMBOL, String.valueOf(c));
  }

  private Token end() {
    at = input.length();
    return whole ? Token.END : Token.CUT;
  }

  /** Whether there is something after white space and comments. */
  private boolean skip() {
    while (at < input.length()) {
      char c = input.charAt(at);
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        at++;
      } else if (c == '-' || c == '/') {
        if (at + 1 == input.length() && !whole) {
          return false;
        }
        if (follows("--")) {
          skipLine();
        } else if (follows("/*")) {
          skipBlock();
        } else {
          return true;
        }
      } else {
        return true;
      }
    }
    return false;
  }

  private boolean follows(String two) {
    return at + 1 < input.length()
        && input.charAt(at) == two.charAt(0)
        && input.charAt(at + 1) == two.charAt(1);
  }

  private void skipLine() {
    while (at < input.length() && input.charAt(at) != '\n' && input.charAt(at) != '\r') {
      at++;
    }
  }

  /** They do not nest. */
  private void skipBlock() {
    at += 2;
    while (at < input.length() && !follows("*/")) {
      at++;
    }
    at = Math.min(at + 2, input.length());
  }

  private Token word() {
    int from = at;
    while (at < input.length() && isWord(input.charAt(at))) {
      at++;
    }
    // It may go on.
    return at == input.length() && !whole
        ? Token.CUT
        : new Token(Type.WORD, input.subSequence(from, at).toString());
  }

  private Token quoted(char quote) {
    StringBuilder text = new StringBuilder();
    at++;
    while (at < input.length()) {
      char c = input.charAt(at++);
      if (c != quote) {
        text.append(c);
      } else if (at < input.length() && input.charAt(at) == quote) {
        text.append(quote);
        at++;
      } else if (at == input.length() && !whole) {
        break;
      } else {
        return new Token(quote == '"' ? Type.NAME : Type.TEXT, text.toString());
      }
    }
    if (whole) {
      return Token.END;
    }
    return quote == '"' ? Token.CUT : new Token(Type.TEXT_BEGIN, text.toString());
  }

  private static boolean isWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
}
