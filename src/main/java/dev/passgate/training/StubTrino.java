package dev.passgate.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.HttpMethod;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * A coordinator on loopback whose queries have as many pages as their statement says: {@code POLLS
 * n} small ones, {@code PAGES n} of about 1 MiB, {@code FAIL 0} an error.
 */
final class StubTrino implements AutoCloseable {

  private static final String QUEUED = "/v1/statement/queued/";
  private static final String EXECUTING = "/v1/statement/executing/";
  private static final int PAGE_BYTES = 1 << 20;

  private static final String COLUMNS =
      """
      "columns":[\
      {"name":"orderkey","type":"bigint","typeSignature":{"rawType":"bigint","arguments":[]}},\
      {"name":"price","type":"double","typeSignature":{"rawType":"double","arguments":[]}},\
      {"name":"day","type":"date","typeSignature":{"rawType":"date","arguments":[]}},\
      {"name":"open","type":"boolean","typeSignature":{"rawType":"boolean","arguments":[]}},\
      {"name":"comment","type":"varchar","typeSignature":{"rawType":"varchar","arguments":\
      [{"kind":"LONG","value":2147483647}]}}],""";

  private final DisposableServer server;
  private final AtomicInteger queries = new AtomicInteger();
  private final String smallRows = rows(1);
  private final String largeRows = rows(PAGE_BYTES);

  private StubTrino() {
    server = HttpServer.create().host("127.0.0.1").port(0).handle(this::answer).bindNow();
  }

  static StubTrino start() {
    return new StubTrino();
  }

  private static String rows(int bytes) {
    StringBuilder rows = new StringBuilder();
    for (int row = 1; rows.length() < bytes; row++) {
      rows.append(row == 1 ? "" : ",")
          .append('[')
          .append(row * 7919L)
          .append(',')
          .append(row / 8.0)
          .append(",\"2026-01-")
          .append(10 + row % 20)
          .append("\",")
          .append(row % 3 == 0)
          .append(",\"carefully final deposits sleep \\\"furiously\\\" pending requests ")
          .append(row)
          .append("\"]");
    }
    return rows.toString();
  }

  String uri() {
    return "http://127.0.0.1:" + server.port();
  }

  private Publisher<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    String path = request.uri();
    if (path.equals("/v1/statement")) {
      return request
          .receive()
          .aggregate()
          .asString()
          .defaultIfEmpty("")
          .flatMap(sql -> Mono.from(json(request, response, started(request, sql))));
    }
    if (request.method().equals(HttpMethod.DELETE)) {
      return response.status(204).send();
    }
    if (path.startsWith(QUEUED)) {
      String[] place = path.substring(QUEUED.length()).split("/", -1);
      return json(request, response, waiting(request, place[0], EXECUTING, place[1], 0));
    }
    if (path.startsWith(EXECUTING)) {
      String[] place = path.substring(EXECUTING.length()).split("/", -1);
      return json(request, response, page(request, place[0], place[1], place[2]));
    }
    if (path.startsWith("/ui")) {
      return response
          .header("Content-Type", "text/html")
          .sendString(Mono.just("<html><title>Trino</title></html>"))
          .then();
    }
    if (path.startsWith("/v1/query")) {
      return json(request, response, "[]");
    }
    return json(
        request,
        response,
        """
        {"nodeVersion":{"version":"476"},"environment":"training","coordinator":true,\
        "starting":false,"uptime":"1.00h"}""");
  }

  private String started(HttpServerRequest request, String sql) {
    String id =
        String.format(
            Locale.ROOT, "20260722_091500_%05d_train", queries.incrementAndGet() % 100_000);
    // A prepared one reads: EXECUTE IMMEDIATE 'POLLS 1' USING 1
    String[] words = sql.replaceAll("EXECUTE IMMEDIATE|USING.*|'", "").strip().split(" ", -1);
    String slug = "y0f3c9a7d1b5e2846a0c7f9d3b1e5a2c8_" + words[0] + "_" + words[1];
    return waiting(request, id, QUEUED, slug, 1);
  }

  private static String base(HttpServerRequest request) {
    return "http://" + request.requestHeaders().get("Host");
  }

  private static String waiting(
      HttpServerRequest request, String id, String prefix, String slug, int next) {
    return head(request, id)
        + "\"nextUri\":\""
        + base(request)
        + prefix
        + id
        + "/"
        + slug
        + "/"
        + next
        + "\","
        + tail("QUEUED");
  }

  private String page(HttpServerRequest request, String id, String slug, String number) {
    String[] parts = slug.split("_", -1);
    int page = Integer.parseInt(number);
    boolean last = page + 1 >= Integer.parseInt(parts[2]);
    if (parts[1].equals("FAIL")) {
      return head(request, id)
          + """
          "error":{"message":"line 1:1: mismatched input","errorCode":1,\
          "errorName":"SYNTAX_ERROR","errorType":"USER_ERROR",\
          "errorLocation":{"lineNumber":1,"columnNumber":1},\
          "failureInfo":{"type":"io.trino.sql.parser.ParsingException","suppressed":[],\
          "stack":[]}},"""
          + tail("FAILED");
    }
    String next = base(request) + EXECUTING + id + "/" + slug + "/" + (page + 1);
    String rows = parts[1].equals("PAGES") ? largeRows : smallRows;
    return head(request, id)
        + (last ? "" : "\"partialCancelUri\":\"" + cancel(request, id, slug) + "\",")
        + (last ? "" : "\"nextUri\":\"" + next + "\",")
        + COLUMNS
        + "\"data\":["
        + rows
        + "],"
        + tail(last ? "FINISHED" : "RUNNING");
  }

  private static String cancel(HttpServerRequest request, String id, String slug) {
    return base(request) + EXECUTING + "partialCancel/" + id + "/0/" + slug + "/1";
  }

  private static String head(HttpServerRequest request, String id) {
    return "{\"id\":\"" + id + "\",\"infoUri\":\"" + base(request) + "/ui/query.html?" + id + "\",";
  }

  private static String tail(String state) {
    return """
        "stats":{"state":"%s","queued":%s,"scheduled":true,"progressPercentage":25.0,"nodes":4,\
        "totalSplits":96,"queuedSplits":0,"runningSplits":4,"completedSplits":24,\
        "cpuTimeMillis":12,"wallTimeMillis":20,"queuedTimeMillis":1,"elapsedTimeMillis":12,\
        "processedRows":100,"processedBytes":4096,"physicalInputBytes":0,"peakMemoryBytes":0},\
        "warnings":[]}"""
        .formatted(state, state.equals("QUEUED"));
  }

  private static Publisher<Void> json(
      HttpServerRequest request, HttpServerResponse response, String text) {
    response.header("Content-Type", "application/json");
    byte[] bytes = text.getBytes(UTF_8);
    // Trino compresses for whoever takes it, small answers too.
    if (request.requestHeaders().contains("Accept-Encoding", "gzip", true)) {
      response.header("Content-Encoding", "gzip");
      bytes = gzip(bytes);
    }
    return response.sendByteArray(Mono.just(bytes)).then();
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }

  @Override
  public void close() {
    server.disposeNow();
  }
}
