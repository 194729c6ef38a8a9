package dev.passgate.routing;

import dev.passgate.protocol.TrinoHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a client says in the headers of Trino's protocol, read as Trino reads it ({@code
 * io.trino.server.HttpRequestSessionContextFactory}): of headers that do not repeat the first
 * counts.
 *
 * @param values the values of a header by its name, in any case
 */
public record ClientHeaders(Function<String, List<String>> values) {

  /** A value URL-encoded under a name. */
  private record Entry(String name, String encoded) {}

  /** The first value of a header; null where there is none, or it is empty. */
  @Nullable String first(String header) {
    List<String> all = values.apply(header);
    return all.isEmpty() || all.getFirst().isBlank() ? null : all.getFirst().strip();
  }

  /** All values of a header. */
  List<String> all(String header) {
    return values.apply(header);
  }

  List<String> clientTags() {
    String tags = first(TrinoHeaders.CLIENT_TAGS);
    return tags == null ? List.of() : parts(tags);
  }

  /** The values that a property of the session is given; Trino refuses more than one. */
  List<String> session(String property) {
    List<String> found = new ArrayList<>();
    for (Entry entry : entries(TrinoHeaders.SESSION)) {
      if (entry.name().equals(property)) {
        String value = decoded(entry.encoded());
        if (value != null) {
          found.add(value);
        }
      }
    }
    return found;
  }

  /**
   * The text of a prepared statement; null where the client has none of the name, or where the text
   * cannot be read: Trino compresses long ones ({@code
   * io.trino.server.protocol.PreparedStatementEncoder}).
   */
  public @Nullable String prepared(String name) {
    for (Entry entry : entries(TrinoHeaders.PREPARED_STATEMENT)) {
      if (name.equals(decoded(entry.name()))) {
        String text = decoded(entry.encoded());
        return text == null || text.startsWith("$zstd:") ? null : text;
      }
    }
    return null;
  }

  private List<Entry> entries(String header) {
    List<Entry> entries = new ArrayList<>();
    for (String value : values.apply(header)) {
      for (String part : parts(value)) {
        int equals = part.indexOf('=');
        if (equals > 0) {
          entries.add(
              new Entry(part.substring(0, equals).strip(), part.substring(equals + 1).strip()));
        }
      }
    }
    return entries;
  }

  private static List<String> parts(String value) {
    List<String> parts = new ArrayList<>();
    for (String part : value.split(",", -1)) {
      if (!part.isBlank()) {
        parts.add(part.strip());
      }
    }
    return parts;
  }

  private static @Nullable String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  @Override
  public String toString() {
    return "ClientHeaders[***]";
  }
}
