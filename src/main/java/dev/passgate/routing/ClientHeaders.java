package dev.passgate.routing;

import dev.passgate.protocol.TrinoHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a client says in the headers of Trino's protocol, read as Trino reads it ({@code
 * io.trino.server.HttpRequestSessionContextFactory}): of headers that do not repeat the first
 * counts.
 *
 * <p>Headers have up to 2 MB and rules are many: what is in a list is read once for all rules, and
 * malformed values cost no exception. For one request and one thread at a time.
 */
public final class ClientHeaders {

  /** Of a header that a rule names: an expression may take a millisecond over each value. */
  private static final int MAX_VALUES = 100;

  /** A value URL-encoded under a name. */
  private record Entry(String name, String encoded) {}

  private final Function<String, List<String>> values;
  private @Nullable Set<String> clientTags;
  private @Nullable Map<String, String> session;
  private @Nullable Map<String, String> prepared;

  /**
   * @param values the values of a header by its name, in any case
   */
  public ClientHeaders(Function<String, List<String>> values) {
    this.values = values;
  }

  /** The first value of a header; null where there is none, or it is empty. */
  @Nullable String first(String header) {
    List<String> all = values.apply(header);
    return all.isEmpty() || all.getFirst().isBlank() ? null : all.getFirst().strip();
  }

  /** The values of a header, at most {@value #MAX_VALUES} of them. */
  List<String> all(String header) {
    List<String> all = values.apply(header);
    return all.subList(0, Math.min(all.size(), MAX_VALUES));
  }

  Set<String> clientTags() {
    if (clientTags == null) {
      String tags = first(TrinoHeaders.CLIENT_TAGS);
      clientTags = tags == null ? Set.of() : new LinkedHashSet<>(parts(tags));
    }
    return clientTags;
  }

  /** The value of a property of the session, the last where there are several; null for none. */
  @Nullable String session(String property) {
    if (session == null) {
      session = new HashMap<>();
      for (Entry entry : entries(TrinoHeaders.SESSION)) {
        session.put(entry.name(), entry.encoded());
      }
    }
    String encoded = session.get(property);
    return encoded == null ? null : decoded(encoded);
  }

  /**
   * The text of a prepared statement; null where the client has none of the name, or where the text
   * cannot be read: Trino compresses long ones ({@code
   * io.trino.server.protocol.PreparedStatementEncoder}).
   */
  public @Nullable String prepared(String name) {
    if (prepared == null) {
      prepared = new HashMap<>();
      for (Entry entry : entries(TrinoHeaders.PREPARED_STATEMENT)) {
        String decoded = decoded(entry.name());
        if (decoded != null) {
          prepared.putIfAbsent(decoded, entry.encoded());
        }
      }
    }
    String encoded = prepared.get(name);
    String text = encoded == null ? null : decoded(encoded);
    return text == null || text.startsWith("$zstd:") ? null : text;
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
    for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
      if (at + 2 >= text.length()
          || !HexFormat.isHexDigit(text.charAt(at + 1))
          || !HexFormat.isHexDigit(text.charAt(at + 2))) {
        return null;
      }
    }
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "ClientHeaders[***]";
  }
}
