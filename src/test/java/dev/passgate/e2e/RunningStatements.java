package dev.passgate.e2e;

import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import dev.passgate.testing.http.RecordingOrigin;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Has an origin answer as a Trino whose statements run until the test says otherwise. */
final class RunningStatements {

  private static final Pattern NEXT = Pattern.compile("\"nextUri\":\"https?://[^/]+([^\"]+)\"");
  private static final Pattern ID = Pattern.compile("\\d{8}_\\d{6}_\\d{5}_[a-z]{5}");

  private final RecordingOrigin origin;

  /** No id comes twice, as a query stays with whoever started it. */
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Set<String> finished = ConcurrentHashMap.newKeySet();

  RunningStatements(RecordingOrigin origin) {
    this.origin = origin;
    origin.respondWith(this::answer);
  }

  private OriginResponse answer(RecordedRequest request) {
    return switch (request.method()) {
      case "POST" ->
          page(request, String.format("20260101_000000_%05d_abcde", NUMBER.incrementAndGet()), 1);
      case "GET" -> {
        String id = id(request.target());
        yield finished.contains(id)
            ? OriginResponse.json("{\"id\":\"" + id + "\",\"data\":[[1]],\"stats\":{}}")
            : page(request, id, 2);
      }
      default -> origin.likeTrino(request);
    };
  }

  private static OriginResponse page(RecordedRequest request, String id, int token) {
    String base = "http://" + request.headers("Host").getFirst();
    return OriginResponse.json(
        "{\"id\":\""
            + id
            + "\",\"nextUri\":\""
            + base
            + "/v1/statement/executing/"
            + id
            + "/y0123456789abcdef/"
            + token
            + "\",\"stats\":{}}");
  }

  /** Starts a statement. */
  static RawResponse post(URI gateway, String token) {
    return RawHttp.exchange(gateway, Requests.post(token, "SELECT 1"));
  }

  /** The path of the next page, from an answer through the gateway. */
  static String next(RawResponse answer) {
    Matcher found = NEXT.matcher(answer.text());
    if (!found.find()) {
      throw new AssertionError("no nextUri in " + answer.text());
    }
    return found.group(1);
  }

  /** The next page of a statement is its last one. */
  void finish(String path) {
    finished.add(id(path));
  }

  private static String id(String path) {
    Matcher found = ID.matcher(path);
    if (!found.find()) {
      throw new AssertionError("no id in " + path);
    }
    return found.group();
  }
}
