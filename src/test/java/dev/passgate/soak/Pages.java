package dev.passgate.soak;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One query by Trino's protocol, page by page; retries as Trino's clients do. */
final class Pages {

  static final Duration LIMIT = Duration.ofMinutes(1);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final HttpClient client;
  private final Map<String, String> headers;
  private final Attempt attempt;
  private final List<JsonNode> rows = new ArrayList<>();
  private @Nullable URI next;

  private Pages(HttpClient client, Map<String, String> headers, Attempt attempt) {
    this.client = client;
    this.headers = Map.copyOf(headers);
    this.attempt = attempt;
  }

  static Pages post(
      HttpClient client, URI server, Map<String, String> headers, String sql, Attempt attempt)
      throws IOException, InterruptedException, Failed {
    Pages pages = new Pages(client, headers, attempt);
    pages.add(
        request(server.resolve("/v1/statement"), headers)
            .POST(HttpRequest.BodyPublishers.ofString(sql))
            .build());
    return pages;
  }

  static HttpRequest.Builder request(URI uri, Map<String, String> headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).timeout(LIMIT);
    headers.forEach(builder::header);
    return builder;
  }

  private void add(HttpRequest request) throws IOException, InterruptedException, Failed {
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new Failed(response.statusCode(), response.body());
    }
    JsonNode page = JSON.readTree(response.body());
    attempt.query(page.get("id").asString());
    page.path("data").forEach(rows::add);
    next = page.has("nextUri") ? URI.create(page.get("nextUri").asString()) : null;
    if (page.has("error")) {
      throw new Failed(200, page.get("error").path("message").asString(""));
    }
  }

  /** Polls once more; whether there was something to poll. */
  boolean advance() throws IOException, InterruptedException, Failed {
    if (next == null) {
      return false;
    }
    add(request(next, headers).build());
    return true;
  }

  /** Polls to the end. */
  Pages toEnd() throws IOException, InterruptedException, Failed {
    while (advance()) {
      // one more
    }
    return this;
  }

  /** Ends it. */
  void cancel() throws IOException, InterruptedException, Failed {
    if (next != null) {
      HttpResponse<String> response =
          client.send(
              request(next, headers).DELETE().build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 204) {
        throw new Failed(response.statusCode(), "at a DELETE: " + response.body());
      }
    }
  }

  boolean hasMore() {
    return next != null;
  }

  /** Where the next page is. */
  URI next() {
    return Objects.requireNonNull(next);
  }

  List<JsonNode> rows() {
    return rows;
  }
}
