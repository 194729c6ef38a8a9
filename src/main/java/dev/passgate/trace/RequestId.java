package dev.passgate.trace;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * The id under which one request is found: in what a client is told of a failure, in the gateway's
 * log, in the audit log and in the access log. It is made here, or is that of a trusted proxy.
 */
public final class RequestId {

  /** In which a trusted proxy may give it, and failures tell it. */
  public static final String HEADER = "X-Request-Id";

  private static final int MAX_LENGTH = 64;
  private static final String KEY = RequestId.class.getName();

  private RequestId() {}

  /** The id of a request. */
  public static String of(ServerWebExchange exchange) {
    return exchange.getAttributeOrDefault(KEY, exchange.getRequest().getId());
  }

  /** Gives a request the id that a trusted proxy has given it. */
  public static void give(ServerWebExchange exchange, String id) {
    exchange.getAttributes().put(KEY, id);
  }

  /**
   * The id in a header's values; null where they are not one value of letters, digits and {@code
   * -_.:=+/@}, at most {@value #MAX_LENGTH} of them. So it cannot make a line of a log, or end a
   * text in quotes.
   */
  public static @Nullable String read(@Nullable List<String> values) {
    if (values == null || values.size() != 1) {
      return null;
    }
    String value = values.getFirst();
    return !value.isEmpty()
            && value.length() <= MAX_LENGTH
            && value.chars().allMatch(RequestId::isAllowed)
        ? value
        : null;
  }

  private static boolean isAllowed(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-_.:=+/@".indexOf(c) >= 0;
  }

  /** A line for a person, with the id to ask about. */
  public static String added(String line, String id) {
    return line + " (request " + id + ")";
  }
}
