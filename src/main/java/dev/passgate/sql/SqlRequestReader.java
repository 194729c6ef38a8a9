package dev.passgate.sql;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON of a request. */
public final class SqlRequestReader {

  private static final List<String> MEMBERS =
      List.of("sql", "size", "catalog", "schema", "session", "parameters", "timeout", "progress");

  private static final String FILENAME = "filename";

  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)?");

  /** Of Trino's names in headers: what has a meaning there cannot be in them. */
  private static final Pattern SESSION_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,200}");

  /** Printable ASCII without what separates values in Trino's headers. */
  private static final Pattern NAME = Pattern.compile("[!-~&&[^,;=\"]]{1,200}");

  private static final Duration LONGEST = Duration.ofDays(30);

  /** What Trino takes ({@code query.max-length}); what has no parameters it judges itself. */
  private static final int MAX_STATEMENT = 1_000_000;

  private static final int MAX_PARAMETERS = 10_000;
  private static final int MAX_SESSION = 1_000;

  private final JsonMapper json =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /**
   * Reads a request.
   *
   * @param download whether it may name a file
   * @throws BadRequestException naming the first thing that is wrong
   */
  public SqlRequest read(byte[] body, boolean download) {
    JsonNode root;
    try {
      root = json.readTree(body);
    } catch (JacksonException e) {
      throw new BadRequestException("the body is not JSON: " + words(e));
    } catch (ArithmeticException | NumberFormatException _) {
      throw new BadRequestException("the body has a number that is out of range");
    }
    if (root == null || !root.isObject()) {
      throw new BadRequestException("the body is not a JSON object");
    }
    Set<String> unknown = new TreeSet<>(root.propertyNames());
    unknown.removeAll(MEMBERS);
    if (download) {
      unknown.remove(FILENAME);
    }
    if (!unknown.isEmpty()) {
      throw new BadRequestException(
          "unknown members: "
              + String.join(", ", unknown)
              + "; known are "
              + String.join(", ", MEMBERS)
              + (download ? ", " + FILENAME : ""));
    }
    SqlRequest request =
        new SqlRequest(
            sql(root),
            size(root.get("size")),
            parameters(root.get("parameters")),
            name(root, "catalog"),
            name(root, "schema"),
            session(root.get("session")),
            timeout(root.get("timeout")),
            flag(root.get("progress")),
            text(root.get(FILENAME), FILENAME));
    if (request.parameters() != null && request.statement().length() > MAX_STATEMENT) {
      throw new BadRequestException(
          "sql and parameters are longer than " + MAX_STATEMENT + " characters together");
    }
    return request;
  }

  /** Without the parser's own words on where it read from. */
  private static String words(JacksonException e) {
    String message = e.getOriginalMessage();
    int source = message.indexOf(" (start marker");
    TokenStreamLocation at = e.getLocation();
    return (source < 0 ? message : message.substring(0, source))
        + (at == null ? "" : ", at line " + at.getLineNr() + ", column " + at.getColumnNr());
  }

  private static String sql(JsonNode root) {
    String sql = text(root.get("sql"), "sql");
    // What stands in front counts for the places that Trino tells.
    String stripped = sql == null ? "" : sql.stripTrailing();
    if (stripped.endsWith(";")) {
      stripped = stripped.substring(0, stripped.length() - 1).stripTrailing();
    }
    if (stripped.isBlank()) {
      throw new BadRequestException("sql is missing or empty");
    }
    return stripped;
  }

  private static @Nullable String text(@Nullable JsonNode value, String member) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw new BadRequestException(member + " is not a string");
    }
    return value.stringValue();
  }

  private static @Nullable String name(JsonNode root, String member) {
    String name = text(root.get(member), member);
    if (name != null && !NAME.matcher(name).matches()) {
      throw new BadRequestException(member + " is not a name that Trino could be told");
    }
    return name;
  }

  private static @Nullable Long size(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 1) {
      throw new BadRequestException("size is not a whole number from 1 up");
    }
    return value.longValue();
  }

  private static boolean flag(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return false;
    }
    if (!value.isBoolean()) {
      throw new BadRequestException("progress is neither true nor false");
    }
    return value.booleanValue();
  }

  private static @Nullable List<String> parameters(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isArray() || value.size() > MAX_PARAMETERS) {
      throw new BadRequestException(
          "parameters is not an array of at most " + MAX_PARAMETERS + " values");
    }
    List<String> literals = new ArrayList<>();
    for (int i = 0; i < value.size(); i++) {
      literals.add(Literals.of(value.get(i), "parameters[" + i + "]"));
    }
    return literals;
  }

  private static Map<String, String> session(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return Map.of();
    }
    if (!value.isObject() || value.size() > MAX_SESSION) {
      throw new BadRequestException(
          "session is not an object of at most " + MAX_SESSION + " properties");
    }
    Map<String, String> session = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> property : value.properties()) {
      String name = property.getKey();
      JsonNode set = property.getValue();
      if (!SESSION_NAME.matcher(name).matches()) {
        throw new BadRequestException("session has a name that is none of a session property");
      }
      if (!set.isString() && !set.isNumber() && !set.isBoolean()) {
        throw new BadRequestException(
            "session." + name + " is neither a string nor a number nor a boolean");
      }
      session.put(name, set.asString());
    }
    return session;
  }

  private static @Nullable Duration timeout(@Nullable JsonNode value) {
    if (value == null || value.isNull()) {
      return null;
    }
    String text = value.isString() || value.isIntegralNumber() ? value.asString() : "";
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      throw new BadRequestException("timeout is not seconds, or a time such as 500ms, 30s or 5m");
    }
    long number = Long.parseLong(matcher.group(1));
    Duration timeout =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "m" -> Duration.ofMinutes(number);
          case "h" -> Duration.ofHours(number);
          case null, default -> Duration.ofSeconds(number);
        };
    if (timeout.isZero() || timeout.compareTo(LONGEST) > 0) {
      throw new BadRequestException("timeout is not longer than nothing and at most 30 days");
    }
    return timeout;
  }
}
