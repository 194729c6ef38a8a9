package dev.passgate.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One query as a client follows it, page by page, with each page at hand. */
final class PagedQuery {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int MAX_PAGES = 10_000;

  private final HttpClient client;
  private final Map<String, String> headers;
  private final List<JsonNode> pages = new ArrayList<>();
  private final List<HttpHeaders> answers = new ArrayList<>();

  private PagedQuery(HttpClient client, Map<String, String> headers) {
    this.client = client;
    this.headers = Map.copyOf(headers);
  }

  /** Posts a statement, with headers that go with each poll too. */
  static PagedQuery post(HttpClient client, URI server, Map<String, String> headers, String sql) {
    PagedQuery query = new PagedQuery(client, headers);
    query.add(
        request(server.resolve("/v1/statement"), headers)
            .POST(HttpRequest.BodyPublishers.ofString(sql))
            .build());
    return query;
  }

  private void add(HttpRequest request) {
    HttpResponse<String> response = send(client, request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new AssertionError(
          "page " + pages.size() + ": " + response.statusCode() + " " + response.body());
    }
    pages.add(JSON.readTree(response.body()));
    answers.add(response.headers());
  }

  /** Polls once more; whether there was something to poll. */
  boolean advance() {
    if (!last().has("nextUri") || pages.size() >= MAX_PAGES) {
      return false;
    }
    add(request(uri("nextUri"), headers).build());
    return true;
  }

  /** Polls until a page is as wanted, which one of them must be. */
  PagedQuery until(Predicate<JsonNode> wanted) {
    while (!wanted.test(last())) {
      if (!advance()) {
        throw new AssertionError("no such page; the last one is " + last());
      }
    }
    return this;
  }

  /** Polls to the end, which must not be an error. */
  PagedQuery toEnd() {
    while (advance()) {
      // one more
    }
    if (last().has("error")) {
      throw new AssertionError(last().get("error").path("message").asString(""));
    }
    return this;
  }

  /** Ends the query, which must not have ended. */
  void cancel() {
    HttpRequest delete = request(uri("nextUri"), headers).DELETE().build();
    int status = send(client, delete, HttpResponse.BodyHandlers.discarding()).statusCode();
    if (status != 204) {
      throw new AssertionError("not cancelled: " + status);
    }
  }

  String id() {
    return last().get("id").asString();
  }

  /** Every page so far. */
  List<JsonNode> pages() {
    return List.copyOf(pages);
  }

  /** The value of a header of every page so far; empty where a page has none. */
  List<String> headers(String header) {
    return answers.stream().map(headers -> headers.firstValue(header).orElse("")).toList();
  }

  JsonNode last() {
    return pages.getLast();
  }

  /** A URI of the last page by its field. */
  URI uri(String field) {
    return URI.create(last().get(field).asString());
  }

  /** The rows of all pages. */
  List<JsonNode> rows() {
    List<JsonNode> rows = new ArrayList<>();
    pages.forEach(page -> page.path("data").forEach(rows::add));
    return rows;
  }

  /** A request with headers, by HTTP/1.1. */
  static HttpRequest.Builder request(URI uri, Map<String, String> headers) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).timeout(LIMIT);
    headers.forEach(builder::header);
    return builder;
  }

  static <T> HttpResponse<T> send(
      HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return client.send(request, handler);
    } catch (IOException e) {
      throw new UncheckedIOException("no answer from " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + request.uri(), e);
    }
  }
}
