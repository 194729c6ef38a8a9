package dev.passgate.testing.trino;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Trino's client protocol at its plainest: posts a statement and follows nextUri to the end. */
public final class StatementClient {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
  private static final int MAX_PAGES = 10_000;

  private final HttpClient client;
  private final URI server;

  public StatementClient(HttpClient client, URI server) {
    this.client = client;
    this.server = server;
  }

  /**
   * How a statement ended.
   *
   * @param status the HTTP status of the last page
   * @param rows all rows, in order
   * @param error the error's message, or the body of an answer that is not 200
   * @param pages every page's URI after the first, as the server gave it
   */
  public record Outcome(int status, List<JsonNode> rows, @Nullable String error, List<URI> pages) {

    public Outcome {
      rows = List.copyOf(rows);
      pages = List.copyOf(pages);
    }

    /** The first column of the first row, as text. */
    public String single() {
      if (error != null || rows.isEmpty()) {
        throw new AssertionError("no row, but status " + status + ", error " + error);
      }
      return rows.getFirst().get(0).asString();
    }
  }

  /** Runs a statement as a user whom Trino trusts us to name. */
  public Outcome run(String sql, String user) {
    return run(sql, Map.of("X-Trino-User", user));
  }

  /** Runs a statement with headers of one's own on every request. */
  public Outcome run(String sql, Map<String, String> headers) {
    List<JsonNode> rows = new ArrayList<>();
    List<URI> pages = new ArrayList<>();
    HttpRequest first =
        request(server.resolve("/v1/statement"), headers)
            .POST(HttpRequest.BodyPublishers.ofString(sql))
            .build();
    HttpResponse<String> response = send(first);
    while (response.statusCode() == 200 && pages.size() < MAX_PAGES) {
      JsonNode page = JSON.readTree(response.body());
      page.path("data").forEach(rows::add);
      if (page.has("error")) {
        String message = page.get("error").path("message").asString("");
        return new Outcome(200, rows, message, pages);
      }
      if (!page.has("nextUri")) {
        return new Outcome(200, rows, null, pages);
      }
      URI next = URI.create(page.get("nextUri").asString());
      pages.add(next);
      response = send(request(next, headers).build());
    }
    return new Outcome(response.statusCode(), rows, response.body(), pages);
  }

  private static HttpRequest.Builder request(URI uri, Map<String, String> headers) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(uri).timeout(REQUEST_LIMIT);
    // The JDK's client would upgrade to HTTP/2, where Trino takes far smaller headers.
    builder.version(HttpClient.Version.HTTP_1_1);
    headers.forEach(builder::header);
    return builder;
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException("no answer from " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + request.uri(), e);
    }
  }
}
