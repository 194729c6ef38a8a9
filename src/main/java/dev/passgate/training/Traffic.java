package dev.passgate.training;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * What clients of all kinds ask of a gateway, most of it polls with a token, as in production: what
 * the compiler is to know is how often each kind comes.
 */
final class Traffic {

  private static final int CLIENTS = 16;
  private static final int POLLS = 40;
  private static final int ROUND = 20;
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern NEXT_URI = Pattern.compile("\"nextUri\":\"([^\"]+)\"");

  private static final List<String> FORMS =
      List.of(
          "text/event-stream",
          "application/x-ndjson",
          "application/json",
          "text/csv",
          "application/vnd.apache.arrow.stream");

  private final TrainedGateway gateway;
  private final StubIssuer issuer;
  private final HttpClient http;
  private final AtomicInteger sent = new AtomicInteger();
  private volatile boolean failed;

  Traffic(TrainedGateway gateway, StubIssuer issuer) throws IOException, GeneralSecurityException {
    this.gateway = gateway;
    this.issuer = issuer;
    http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .sslContext(gateway.certificate().trusting())
            .build();
  }

  /**
   * Sends about so many requests, or as many as there is time for. Blocks.
   *
   * @return how many it was
   * @throws TrainingException where an answer is not what it has to be
   */
  int send(int requests, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < CLIENTS; client++) {
        int first = client;
        clients.add(
            threads.submit(
                () -> {
                  try {
                    for (int turn = first;
                        !failed && sent.get() < requests && System.nanoTime() - deadline < 0;
                        turn++) {
                      turn(turn);
                    }
                    return null;
                  } catch (IOException | RuntimeException e) {
                    failed = true;
                    throw e;
                  }
                }));
      }
    }
    for (Future<?> client : clients) {
      try {
        client.get();
      } catch (ExecutionException e) {
        throw new TrainingException("a request failed: " + e.getCause());
      }
    }
    return sent.get();
  }

  private void turn(int turn) throws IOException, InterruptedException {
    String user = "user" + turn % 50;
    switch (turn % ROUND) {
      case 1 -> query(gateway.uri(), bearer(issuer.token(user)), "PAGES 3", "identity");
      case 6 -> query(gateway.uri(), bearer(issuer.token(user)), "PAGES 2", "gzip");
      case 3 -> query(gateway.uri(), basic(), "POLLS 10", "gzip");
      case 8 -> query(gateway.uri(), List.of("idtoken", issuer.token(user)), "POLLS 20", "gzip");
      case 11 -> query(gateway.tlsUri(), bearer(issuer.token(user)), "POLLS 20", "gzip");
      case 13 -> rowsInEachForm(bearer(issuer.token(user)));
      case 16 -> refusals();
      case 18 -> whatElseThereIs(bearer(issuer.token(user)));
      default -> {
        String token = turn % 4 == 0 ? issuer.ellipticToken(user) : issuer.token(user);
        query(gateway.uri(), bearer(token), "POLLS " + POLLS, "gzip");
      }
    }
  }

  private static List<String> bearer(String token) {
    return List.of("Authorization", "Bearer " + token);
  }

  private List<String> basic() {
    PasswordFile passwords = gateway.passwords();
    String pair = passwords.user() + ":" + passwords.password();
    return List.of(
        "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8)));
  }

  /** A query as Trino's clients run it, to its last page. */
  private void query(URI base, List<String> credential, String sql, String encoding)
      throws IOException, InterruptedException {
    HttpRequest.Builder post =
        request(base.resolve("/v1/statement"), credential)
            .header("X-Trino-Catalog", "tpch")
            .header("X-Trino-Schema", "tiny")
            .header("X-Trino-Source", "trino-cli")
            .header("Accept-Encoding", encoding)
            .POST(BodyPublishers.ofString(sql));
    String next = next(send(post, 200));
    int pages = Integer.parseInt(sql.substring(sql.indexOf(' ') + 1));
    while (!next.isEmpty()) {
      HttpRequest.Builder poll = request(URI.create(next), credential);
      HttpResponse<byte[]> page = send(poll.header("Accept-Encoding", encoding), 200);
      next = next(page);
      if (--pages == -2 && !next.isEmpty()) {
        throw new TrainingException("a query has more pages than it was to have");
      }
    }
  }

  private static String next(HttpResponse<byte[]> answer) throws IOException {
    byte[] body = answer.body();
    if (answer.headers().firstValue("Content-Encoding").orElse("").equals("gzip")) {
      try (var gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
        body = gzip.readAllBytes();
      }
    }
    // Before the rows: what is behind them is not looked at.
    String head = new String(body, 0, Math.min(body.length, 2000), UTF_8);
    Matcher uri = NEXT_URI.matcher(head);
    return uri.find() ? uri.group(1) : "";
  }

  private void rowsInEachForm(List<String> credential) throws IOException, InterruptedException {
    for (String form : FORMS) {
      sql("/query", "{\"sql\":\"PAGES 1\"}", credential, form);
      sql("/query", "{\"sql\":\"POLLS 3\",\"size\":2,\"timeout\":\"60s\"}", credential, form);
      sql("/query", "{\"sql\":\"POLLS 1\",\"parameters\":[1]}", credential, form);
    }
    sql("/query/download/csv", "{\"sql\":\"POLLS 2\"}", credential, "*/*");
    sql("/query/download/json", "{\"sql\":\"POLLS 2\",\"filename\":\"x\"}", credential, "*/*");
    post("/query", "{\"sql\":\"FAIL 1\"}", credential, "application/json", 400);
  }

  private void sql(String path, String body, List<String> credential, String form)
      throws IOException, InterruptedException {
    post(path, body, credential, form, 200);
  }

  private void post(String path, String body, List<String> credential, String form, int status)
      throws IOException, InterruptedException {
    send(
        request(gateway.uri().resolve(path), credential)
            .header("Content-Type", "application/json")
            .header("Accept", form)
            .POST(BodyPublishers.ofString(body)),
        status);
  }

  private void refusals() throws IOException, InterruptedException {
    URI statement = gateway.uri().resolve("/v1/statement");
    for (String token : issuer.badTokens()) {
      send(request(statement, bearer(token)).POST(BodyPublishers.ofString("POLLS 1")), 401);
    }
    send(request(statement, List.of()).POST(BodyPublishers.ofString("POLLS 1")), 401);
    List<String> credential = bearer(issuer.token("alice"));
    send(request(gateway.uri().resolve("/v1/task/1"), credential), 404);
    HttpRequest.Builder post = request(statement, credential);
    String next = next(send(post.POST(BodyPublishers.ofString("POLLS 1")), 200));
    send(request(URI.create(next), bearer(issuer.token("mallory"))), 403);
    send(request(URI.create(next), credential).DELETE(), 204);
  }

  private void whatElseThereIs(List<String> credential) throws IOException, InterruptedException {
    for (String path : List.of("/v1/info", "/v1/status", "/health", "/", "/openapi.yaml")) {
      send(request(gateway.uri().resolve(path), List.of()), 200);
    }
    for (String path : List.of("/v1/query", "/ui/", "/api/validate")) {
      send(request(gateway.uri().resolve(path), credential), 200);
    }
    for (String path : List.of("health/liveness", "health/readiness", "prometheus")) {
      send(request(gateway.management().resolve("/actuator/" + path), List.of()), 200);
    }
  }

  private static HttpRequest.Builder request(URI uri, List<String> credential) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(LIMIT)
            .header("User-Agent", "StatementClientV1/476")
            .header("X-Trino-User", "somebody");
    if (!credential.isEmpty()) {
      request.header(credential.get(0), credential.get(1));
    }
    return request;
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request, int status)
      throws IOException, InterruptedException {
    HttpRequest asked = request.build();
    HttpResponse<byte[]> answer = http.send(asked, BodyHandlers.ofByteArray());
    sent.incrementAndGet();
    if (answer.statusCode() != status) {
      throw new TrainingException(
          asked.method()
              + " "
              + asked.uri().getPath().replaceAll("(/v1/[^/]+/[^/]+/).*", "$1...")
              + " was answered with "
              + answer.statusCode()
              + " and not with "
              + status);
    }
    return answer;
  }
}
