package dev.passgate.sql;

import java.math.BigDecimal;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** JSON values as literals of Trino's SQL ({@code SqlBase.g4}). */
final class Literals {

  /** A type by its name and numbers or parameters; nothing that could end a literal. */
  private static final Pattern TYPE =
      Pattern.compile("[A-Za-z][A-Za-z0-9_]*( [A-Za-z]+)*(\\([A-Za-z0-9_ ,()]*\\))?( [A-Za-z]+)*");

  private static final int MAX_TYPE_LENGTH = 200;
  private static final int MAX_DEPTH = 16;

  private Literals() {}

  static String string(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /**
   * A literal for a value: a string, number, boolean or null as itself, an array as {@code
   * ARRAY[...]}, and {@code {"type": "date", "value": "2026-01-31"}} as a cast to that type.
   *
   * @param at where the value stands in the request, for the message
   * @throws BadRequestException if there is none for it
   */
  static String of(JsonNode value, String at) {
    return of(value, at, 0);
  }

  private static String of(JsonNode value, String at, int depth) {
    if (depth > MAX_DEPTH) {
      throw new BadRequestException(at + " is nested too deeply");
    }
    if (value.isNull()) {
      return "NULL";
    }
    if (value.isBoolean()) {
      return value.booleanValue() ? "true" : "false";
    }
    if (value.isString()) {
      return string(value.stringValue());
    }
    if (value.isNumber()) {
      return number(value, at);
    }
    if (value.isArray()) {
      StringJoiner elements = new StringJoiner(", ", "ARRAY[", "]");
      for (int i = 0; i < value.size(); i++) {
        elements.add(of(value.get(i), at + "[" + i + "]", depth + 1));
      }
      return elements.toString();
    }
    return cast(value, at, depth);
  }

  private static String number(JsonNode value, String at) {
    if (value.isIntegralNumber()) {
      return value.bigIntegerValue().toString();
    }
    if (value.isDouble() && !Double.isFinite(value.doubleValue())) {
      throw new BadRequestException(at + " is no finite number");
    }
    BigDecimal number = value.decimalValue();
    if (Math.abs((long) number.scale()) > 400) {
      throw new BadRequestException(at + " has too many digits");
    }
    return number.toPlainString();
  }

  private static String cast(JsonNode value, String at, int depth) {
    JsonNode type = value.get("type");
    JsonNode inner = value.get("value");
    if (type == null || inner == null || value.size() != 2 || !type.isString()) {
      throw new BadRequestException(
          at + " is an object that is not {\"type\": \"...\", \"value\": ...}");
    }
    String name = type.stringValue();
    if (name.length() > MAX_TYPE_LENGTH || !TYPE.matcher(name).matches() || !isBalanced(name)) {
      throw new BadRequestException(at + ".type is not the name of a type");
    }
    return "CAST(" + of(inner, at + ".value", depth + 1) + " AS " + name + ")";
  }

  /** Whether no bracket ends what was begun outside of the name. */
  private static boolean isBalanced(String name) {
    int depth = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      if (depth < 0) {
        return false;
      }
    }
    return depth == 0;
  }
}
