package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.NeedsServers;
import dev.passgate.testing.Poll;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.issuer.TokenBuilder;
import dev.passgate.testing.keycloak.KeycloakServer;
import dev.passgate.testing.keycloak.SharedKeycloak;
import dev.passgate.testing.openapi.Answers;
import dev.passgate.testing.openapi.Description;
import dev.passgate.testing.openapi.Operation;
import dev.passgate.testing.openapi.Operation.Example;
import dev.passgate.testing.openapi.Operation.Parameter;
import dev.passgate.testing.trino.SharedTrino;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.web.reactive.function.server.RouterFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code docs/openapi.yaml} says, of a gateway in front of a real Trino and a real Keycloak:
 * its examples are sent, every answer is one that it describes, and every answer that it describes
 * is seen.
 */
@NeedsServers
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OpenApiIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Description DESCRIPTION =
      Description.read(ProjectFiles.resolve("docs/openapi.yaml"));
  private static final Answers ANSWERS = new Answers(DESCRIPTION);

  /** What the request form lets in (RFC 9110, section 9.3, without CONNECT and TRACE). */
  private static final Set<String> METHODS =
      new TreeSet<>(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"));

  /** As a router function writes itself. */
  private static final Pattern FUNCTION = Pattern.compile("\\(\\[?([A-Z, ]+)]? && (/\\S*?)\\)");

  /** {@code htpasswd -nbB -C 8}. */
  private static final String PASSWORD_LINE =
      "alice:$2y$08$LYZBOAMjzWBbsFPDaysOyu6FG2Mc2tcjGzADFlcBO5PCG7qPbeBCi\n";

  private static final String PASSWORD = "correct horse";

  private static LocalIssuer issuer;
  private static Path folder;
  private static Gateway gateway;

  /** One with narrow limits, whose cluster and one of whose issuers cannot be reached. */
  private static Gateway poor;

  private static String unreachable;

  @BeforeAll
  static void start() throws IOException {
    issuer = LocalIssuer.start("acme");
    folder = TemporaryFolder.create("openapi");
    Path passwords = Files.writeString(folder.resolve("passwords"), PASSWORD_LINE);
    unreachable = "http://127.0.0.1:" + LoopbackPort.free() + "/late";
    gateway =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .trust(issuer)
            .trust("keycloak", SharedKeycloak.get().issuerUri())
            .with("passgate.authentication.basic.file.path", passwords)
            .with("passgate.limits.token-requests-per-address.burst", 1000)
            .start();
    poor =
        Gateway.inFrontOf(URI.create("http://127.0.0.1:" + LoopbackPort.free()))
            .trust(issuer)
            .trust("keycloak", SharedKeycloak.get().issuerUri())
            .trust("late", unreachable)
            .with("passgate.authentication.basic.file.path", passwords)
            .with("passgate.authentication.basic.tries.per-user", 1)
            .with("passgate.limits.request-body-pause", "200ms")
            .with("passgate.limits.token-requests-per-address.rate", 1)
            .with("passgate.limits.token-requests-per-address.burst", 1)
            .start();
    Poll.until(
        "the token endpoint to be found",
        Duration.ofSeconds(30),
        () -> {
          Operation token = operation("token");
          Example good = token.bodies(token.requestTypes().getFirst()).getFirst();
          return exchange(gateway, request(target(token)).of(good)).status() == 200;
        });
  }

  @AfterAll
  static void stop() {
    poor.close();
    gateway.close();
    issuer.close();
    TemporaryFolder.delete(folder);
  }

  /** An operation at a path that has its parameters. */
  record Target(Operation operation, String path) {

    @Override
    public String toString() {
      return operation.method() + " " + path;
    }
  }

  /** A request that is put together; the text of a complete one at the end. */
  private static final class Request {

    private final Target target;
    private final List<String> lines = new ArrayList<>();
    private @Nullable String body;
    private String scheme;

    Request(Target target) {
      this.target = target;
      this.scheme = target.operation().schemes().stream().findFirst().orElse("");
    }

    Request line(String name, String value) {
      lines.add(name + ": " + value);
      return this;
    }

    Request scheme(String name) {
      scheme = name;
      return this;
    }

    /** With an example of the operation's first type. */
    Request of(Example example) {
      if (!example.scheme().isEmpty()) {
        scheme(example.scheme());
      }
      String type = target.operation().requestTypes().getFirst();
      line("Content-Type", type);
      return body(
          type.equals("application/x-www-form-urlencoded")
              ? form(example.value())
              : example.value().toString());
    }

    Request body(String text) {
      body = text;
      return this;
    }

    private String text() {
      String content = body == null ? "" : body;
      boolean framed = body != null || !Set.of("GET", "HEAD").contains(target.operation().method());
      byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
      StringBuilder text = new StringBuilder(head());
      if (framed) {
        text.append("Content-Length: ").append(bytes.length).append("\r\n");
      }
      return text.append("\r\n").append(new String(bytes, StandardCharsets.ISO_8859_1)).toString();
    }

    /** Without the empty line at its end. */
    private String head() {
      StringBuilder head =
          new StringBuilder(target.operation().method() + " " + target.path() + " HTTP/1.1\r\n");
      head.append("Host: ").append(Requests.GATEWAY).append("\r\n");
      if (target.operation().method().equals("HEAD")) {
        // So that nothing after the head is seen to be nothing.
        head.append("Connection: close\r\n");
      }
      credential(scheme).forEach(line -> head.append(line).append("\r\n"));
      lines.forEach(line -> head.append(line).append("\r\n"));
      return head.toString();
    }
  }

  private static Request request(Target target) {
    return new Request(target);
  }

  private static String form(JsonNode members) {
    return members.properties().stream()
        .map(
            member ->
                member.getKey()
                    + "="
                    + URLEncoder.encode(member.getValue().asString(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static List<String> credential(String scheme) {
    return switch (scheme) {
      case "" -> List.of();
      case "bearer" -> List.of("Authorization: Bearer " + issuer.token("alice").build());
      case "idtoken" -> List.of("idtoken: " + issuer.token("alice").build());
      case "basic" -> List.of(basic("alice", PASSWORD));
      case "client" -> List.of(basic(KeycloakServer.CLIENT_ID, KeycloakServer.CLIENT_SECRET));
      default -> throw new AssertionError("no credential is known for the scheme " + scheme);
    };
  }

  private static String basic(String user, String password) {
    byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Authorization: Basic " + Base64.getEncoder().encodeToString(pair);
  }

  private static RawResponse exchange(Gateway at, Request request) {
    return exchange(at, request.target, request.text());
  }

  private static RawResponse exchange(Gateway at, Target target, String text) {
    try (RawHttp connection = RawHttp.connect(at.uri()).limit(LIMIT)) {
      connection.send(text);
      return target.operation().method().equals("HEAD")
          ? new RawResponse(connection.readHead(), connection.readToEnd())
          : connection.read();
    }
  }

  /** Sends a request, and has the answer be as described. */
  private static RawResponse described(Gateway at, Request request) {
    return described(at, request.target, request.text());
  }

  private static RawResponse described(Gateway at, Target target, String text) {
    RawResponse answer = exchange(at, target, text);
    assertThat(ANSWERS.objections(target.operation(), answer))
        .as("%s: %s%s", target, answer.head(), answer.text())
        .isEmpty();
    return answer;
  }

  private static void assertStatus(RawResponse answer, int status) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
  }

  private static Operation operation(String id) {
    return DESCRIPTION.operations().stream()
        .filter(it -> it.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  static List<Operation> operations() {
    return DESCRIPTION.operations();
  }

  /** Every operation, at a path for each good example of its parameter. */
  static List<Target> targets() {
    return operations().stream().flatMap(it -> targets(it, Example::isGood).stream()).toList();
  }

  private static List<Target> targets(Operation operation, Predicate<Example> which) {
    List<Parameter> inPath = operation.parameters("path");
    if (inPath.isEmpty()) {
      return List.of(new Target(operation, operation.path()));
    }
    assertThat(inPath).hasSize(1);
    return operation.examples(inPath.getFirst().place()).stream()
        .filter(which)
        .map(it -> new Target(operation, filled(operation, it)))
        .toList();
  }

  private static String filled(Operation operation, Example example) {
    return operation.path().replaceAll("\\{[^}]+}", example.value().stringValue());
  }

  private static Target target(Operation operation) {
    return targets(operation, Example::isGood).getFirst();
  }

  static Stream<Target> secured() {
    return targets().stream().filter(it -> it.operation().schemes().contains("bearer"));
  }

  static Stream<Target> withBody() {
    return targets().stream().filter(it -> !it.operation().requestTypes().isEmpty());
  }

  static Stream<Target> forSql() {
    return withBody().filter(it -> it.operation().requestTypes().contains("application/json"));
  }

  /** A request that is answered with success. */
  private static Request good(Target target) {
    Request request = request(target);
    List<String> types = target.operation().requestTypes();
    return types.isEmpty()
        ? request
        : request.of(target.operation().bodies(types.getFirst()).getFirst());
  }

  /** Asks for events of a statement. */
  private static Request sql(String statement, String... members) {
    return sql(target(operation("query")), statement, members);
  }

  private static Request sql(Target target, String statement, String... members) {
    StringBuilder json = new StringBuilder("{\"sql\":" + JSON.writeValueAsString(statement));
    for (String member : members) {
      json.append(',').append(member);
    }
    return request(target)
        .line("Content-Type", "application/json")
        .body(json.append('}').toString());
  }

  @Test
  void describesWhatIsServedAndNothingElse() {
    Set<String> described = new TreeSet<>();
    operations().forEach(it -> described.add(it.method() + " " + unnamed(it.path())));

    assertThat(described).containsExactlyElementsOf(served());
  }

  /** What the gateway answers by itself: by routes to services, and by functions. */
  private static Set<String> served() {
    Set<String> served = new TreeSet<>();
    for (RouteDefinition route : gateway.context().getBean(GatewayProperties.class).getRoutes()) {
      if ("passgate".equals(Objects.requireNonNull(route.getUri()).getScheme())) {
        Set<String> methods = arguments(route, "Method");
        for (String path : arguments(route, "Path")) {
          (methods.isEmpty() ? METHODS : methods)
              .forEach(method -> served.add(method + " " + unnamed(path)));
        }
      }
    }
    for (RouterFunction<?> function :
        gateway.context().getBeansOfType(RouterFunction.class).values()) {
      Matcher one = FUNCTION.matcher(function.toString());
      while (one.find()) {
        for (String method : one.group(1).split(", ", -1)) {
          served.add(method + " " + one.group(2));
        }
      }
    }
    // Served where a cluster's trust is jwt alone, and to Trino.
    served.remove("GET /.well-known/jwks.json");
    return served;
  }

  private static Set<String> arguments(RouteDefinition route, String predicate) {
    return route.getPredicates().stream()
        .filter(it -> predicate.equals(it.getName()))
        .flatMap(it -> it.getArgs().values().stream())
        .flatMap(it -> Arrays.stream(it.split(",", -1)))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String unnamed(String path) {
    return path.replaceAll("\\{[^}]+}", "{}");
  }

  static Stream<String> paths() {
    return targets().stream().map(Target::path).distinct();
  }

  @ParameterizedTest
  @MethodSource("paths")
  void servesNoOtherMethods(String path) {
    List<String> described =
        targets().stream()
            .filter(it -> it.path().equals(path))
            .map(it -> it.operation().method())
            .toList();
    for (String method : METHODS) {
      if (!described.contains(method)) {
        String request =
            method + " " + path + " HTTP/1.1\r\nHost: " + Requests.GATEWAY + "\r\n\r\n";
        try (RawHttp connection = RawHttp.connect(gateway.uri())) {
          connection.send(request);
          assertThat(
                  (method.equals("HEAD") ? connection.readHeadOnly() : connection.read()).status())
              .as(method)
              .isEqualTo(404);
        }
      }
    }
  }

  /** An example of an operation's body. */
  record Sent(Target target, String accept, Example example) {

    @Override
    public String toString() {
      return target + " " + example.name() + " " + accept;
    }
  }

  /** Each of them for each form in which the answer may be asked for. */
  static Stream<Sent> examples() {
    return withBody()
        .flatMap(
            target -> {
              Operation operation = target.operation();
              List<String> forms = operation.types("200");
              return operation.bodies(operation.requestTypes().getFirst()).stream()
                  .flatMap(
                      example ->
                          (example.isGood() ? forms : forms.subList(0, 1))
                              .stream().map(form -> new Sent(target, form, example)));
            });
  }

  @ParameterizedTest
  @MethodSource("examples")
  void answersExamplesOfBodiesAsDescribed(Sent sent) {
    RawResponse answer =
        described(gateway, request(sent.target()).of(sent.example()).line("Accept", sent.accept()));

    if (sent.example().isGood()) {
      assertStatus(answer, 200);
      assertThat(answer.headers("Content-Type").getFirst()).startsWith(sent.accept());
    } else {
      assertStatus(answer, sent.example().status());
    }
  }

  @ParameterizedTest
  @MethodSource("targets")
  void answersWithoutParametersAsDescribed(Target target) {
    assertStatus(described(gateway, good(target)), 200);
  }

  @ParameterizedTest
  @MethodSource("operations")
  void answersExamplesOfParametersAsDescribed(Operation operation) {
    for (Parameter parameter : operation.parameters("path")) {
      for (Example example : operation.examples(parameter.place())) {
        Target target = new Target(operation, filled(operation, example));
        assertStatus(described(gateway, good(target)), example.isGood() ? 200 : example.status());
      }
    }
    for (Target target : targets(operation, Example::isGood)) {
      Request all = good(target);
      for (Parameter parameter : operation.parameters("header")) {
        Example example = operation.examples(parameter.place()).getFirst();
        all.line(parameter.name(), example.value().stringValue());
      }
      assertStatus(described(gateway, all), 200);
    }
  }

  @ParameterizedTest
  @MethodSource("secured")
  void takesEverySecurityScheme(Target target) {
    for (String scheme : target.operation().schemes()) {
      assertStatus(described(gateway, good(target).scheme(scheme)), 200);
    }
  }

  @ParameterizedTest
  @MethodSource("secured")
  void refusesWhoIsNotKnownOrMayNot(Target target) {
    assertStatus(described(gateway, good(target).scheme("")), 401);
    assertStatus(described(gateway, bearer(target, issuer.token("alice").buildUnsigned())), 401);
    TokenBuilder nobody = issuer.token("alice").claim("preferred_username", "a,b");
    assertStatus(described(gateway, bearer(target, nobody.build())), 403);
  }

  private static Request bearer(Target target, String token) {
    return good(target).scheme("").line("Authorization", "Bearer " + token);
  }

  @ParameterizedTest
  @MethodSource("secured")
  void doesNotDecideWithoutTheKeys(Target target) {
    String token = issuer.token("alice").claim("iss", unreachable).build();

    assertStatus(described(poor, bearer(target, token)), 503);
  }

  @ParameterizedTest
  @MethodSource("secured")
  void limitsFailedPasswords(Target target) {
    Request wrong =
        good(target).scheme("").line("Authorization", basic("alice", "x").substring(15));
    described(poor, wrong);

    assertStatus(described(poor, wrong), 429);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void refusesRequestsOfAnotherForm(Target target) {
    assertStatus(described(gateway, good(target).line("Host", "another.test")), 400);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void refusesHeadsThatAreTooLarge(Target target) {
    Target tooLong = new Target(target.operation(), target.path() + "?" + "x".repeat(20_000));
    assertStatus(described(gateway, request(tooLong)), 414);
    assertStatus(described(gateway, request(target).line("X", "x".repeat(2_200_000))), 431);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void refusesBodiesThatAreTooLarge(Target target) {
    if (target.operation().statuses().contains(413)) {
      String request = good(target).head() + "Content-Length: 20000000\r\n\r\n";

      assertStatus(described(gateway, target, request), 413);
    }
  }

  @ParameterizedTest
  @MethodSource("withBody")
  void refusesBodiesThatTakeTooLong(Target target) {
    String request = good(target).head() + "Content-Length: 100\r\n\r\n{";

    Poll.until(
        "a place among the requests for tokens",
        LIMIT,
        () -> described(poor, target, request).status() == 408);
  }

  @ParameterizedTest
  @MethodSource("forSql")
  void refusesOtherContentAndForms(Target target) {
    Request plain = request(target).line("Content-Type", "text/plain").body("select 1");
    assertStatus(described(gateway, plain), 415);
    RawResponse form = described(gateway, good(target).line("Accept", "image/png"));
    assertStatus(form, target.operation().statuses().contains(406) ? 406 : 200);
    assertStatus(described(gateway, good(target).body("{")), 400);
    assertStatus(described(gateway, sql(target, "x".repeat(1_100_000))), 413);
  }

  /** By the codes of errors in Trino ({@code StandardErrorCode}). */
  @ParameterizedTest
  @CsvSource({
    "4, 403, PERMISSION_DENIED",
    "8, 400, DIVISION_BY_ZERO",
    "65536, 500, GENERIC_INTERNAL_ERROR",
    "131079, 503, EXCEEDED_LOCAL_MEMORY_LIMIT",
    "131075, 504, EXCEEDED_TIME_LIMIT",
    "133001, 502, UNSUPPORTED_TABLE_TYPE"
  })
  void tellsOfStatementsThatFailInTrino(int code, int status, String name) {
    // Of this form nothing is sent before the first row.
    Request failing =
        sql("select fail(" + code + ", 'so it is')").line("Accept", "application/x-ndjson");
    RawResponse answer = described(gateway, failing);

    assertStatus(answer, status);
    JsonNode problem = JSON.readTree(answer.text());
    assertThat(problem.get("errorName").stringValue()).isEqualTo(name);
    assertThat(problem.get("detail").stringValue()).isEqualTo("so it is");
  }

  @Test
  void tellsOfStatementsThatFailAtOnce() {
    Map<String, Integer> failures =
        Map.of(
            error("PERMISSION_DENIED", "USER_ERROR"), 403,
            error("SYNTAX_ERROR", "USER_ERROR"), 400,
            error("GENERIC_INTERNAL_ERROR", "INTERNAL_ERROR"), 500,
            error("JDBC_ERROR", "EXTERNAL"), 502,
            error("QUERY_QUEUE_FULL", "INSUFFICIENT_RESOURCES"), 503,
            error("EXCEEDED_TIME_LIMIT", "INSUFFICIENT_RESOURCES"), 504);
    try (RecordingOrigin trino = RecordingOrigin.start();
        Gateway before = Gateway.inFrontOf(trino.uri()).trust(issuer).start()) {
      failures.forEach(
          (error, status) -> {
            trino.respondWith(_ -> OriginResponse.json(page(error)));
            for (Target target : forSql().toList()) {
              RawResponse answer = described(before, sql(target, "select x from t"));
              assertStatus(answer, status);
              assertThat(answer.headers("X-Trino-Query-Id")).containsExactly(Requests.QUERY_ID);
            }
          });
    }
  }

  private static String page(String members) {
    return "{\"id\":\""
        + Requests.QUERY_ID
        + "\",\"stats\":{\"state\":\"RUNNING\"},"
        + members
        + "}";
  }

  private static String error(String name, String type) {
    return "\"error\":{\"message\":\"so it is\",\"errorCode\":8,\"errorName\":\""
        + name
        + "\",\"errorType\":\""
        + type
        + "\",\"errorLocation\":{\"lineNumber\":1,\"columnNumber\":8}}";
  }

  @ParameterizedTest
  @MethodSource("forSql")
  void tellsThatNoClusterAnswers(Target target) {
    assertStatus(described(poor, good(target)), 503);
  }

  @Test
  void limitsRequestsForTokens() {
    Target token = target(operation("token"));
    Target late = new Target(token.operation(), "/auth/late/oauth2/token");
    Set<Integer> statuses = new TreeSet<>();
    Poll.until(
        "a refusal by the limit and one by the issuer",
        LIMIT,
        () -> {
          statuses.add(described(poor, good(late)).status());
          return statuses.containsAll(List.of(429, 503));
        });
  }

  @Test
  void sendsBrowsersToTheInterface() {
    for (String id : List.of("root", "rootHead")) {
      Request browser = request(target(operation(id))).line("Accept", "text/html,*/*;q=0.8");
      assertStatus(described(gateway, browser), 302);
    }
  }

  @Test
  void servesTheDescription() throws IOException {
    byte[] file = Files.readAllBytes(ProjectFiles.resolve("docs/openapi.yaml"));
    for (String id : List.of("description", "descriptionHead")) {
      Target target = target(operation(id));
      RawResponse whole = described(gateway, request(target));
      assertThat(whole.headers("Content-Length")).containsExactly("" + file.length);
      assertThat(whole.bytes()).isEqualTo(id.equals("description") ? file : new byte[0]);
      String tag = whole.headers("ETag").getFirst();
      for (String same : List.of(tag, "W/" + tag, "\"x\", " + tag)) {
        assertStatus(described(gateway, request(target).line("If-None-Match", same)), 304);
      }
      assertStatus(described(gateway, request(target).line("If-None-Match", "\"x\"")), 200);
    }
  }

  @Test
  void servesTheDescriptionToWhomTheRouteLetsIn() {
    String route = "spring.cloud.gateway.server.webflux.routes[0].";
    try (Gateway closed =
        Gateway.inFrontOf(SharedTrino.get().uri())
            .trust(issuer)
            .with(route + "id", "mine")
            .with(route + "uri", "passgate://openapi")
            .with(route + "predicates[0]", "Path=/about.yaml")
            .start()) {
      Target target = new Target(operation("description"), "/about.yaml");
      assertThat(exchange(closed, request(target)).status()).isEqualTo(401);
      assertThat(exchange(closed, request(target).scheme("bearer")).status()).isEqualTo(200);
      assertThat(exchange(closed, request(target(operation("description")))).status())
          .isEqualTo(404);
    }
  }

  @Test
  void describesEveryEvent() {
    Request progress = sql("select 1 as x", "\"progress\":true");
    Set<String> types = new TreeSet<>(events(described(gateway, progress)));
    try (RecordingOrigin trino = failing();
        Gateway before = Gateway.inFrontOf(trino.uri()).trust(issuer).start()) {
      types.addAll(events(described(before, sql("select x from t"))));
    }

    assertThat(types).containsExactly("complete", "error", "metadata", "progress", "row");
  }

  private static List<String> events(RawResponse answer) {
    return Answers.items("text/event-stream", answer.text()).stream()
        .map(event -> JSON.readTree(event).get("type").stringValue())
        .toList();
  }

  @Test
  void describesTheErrorAtTheEndOfAnAnswerThatIsCut() {
    try (RecordingOrigin trino = failing();
        Gateway before = Gateway.inFrontOf(trino.uri()).trust(issuer).start()) {
      for (String form : List.of("application/json", "application/x-ndjson")) {
        try (RawHttp connection = RawHttp.connect(before.uri())) {
          String text = sql("select x from t").line("Accept", form).text();
          Matcher error =
              Pattern.compile("\"error\":(\\{[^{}]*(\\{[^{}]*})?[^{}]*})")
                  .matcher(connection.send(text).readToEnd());
          assertThat(error.find()).isTrue();
          assertThat(
                  DESCRIPTION.objections(
                      "/components/schemas/QueryError", JSON.readTree(error.group(1))))
              .isEmpty();
        }
      }
    }
  }

  /** A cluster on which every query has one row and then fails. */
  private static RecordingOrigin failing() {
    RecordingOrigin trino = RecordingOrigin.start();
    String row =
        page(
            "\"columns\":[{\"name\":\"x\",\"type\":\"integer\","
                + "\"typeSignature\":{\"rawType\":\"integer\",\"arguments\":[]}}],"
                + "\"data\":[[1]],\"nextUri\":\""
                + trino.uri()
                + Requests.POLL
                + "\"");
    String end = page(error("DIVISION_BY_ZERO", "USER_ERROR"));
    trino.respondWith(request -> OriginResponse.json(request.method().equals("POST") ? row : end));
    return trino;
  }

  /** What the schema of a request says of a body, and what the gateway does. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "good|{'sql':'select 1'}",
        "good|{'sql':'select 1;','size':null,'catalog':null,'schema':null,'session':null}",
        "good|{'sql':'select 1','parameters':null,'timeout':null,'progress':null}",
        "good|{'sql':'select 1','parameters':[]}",
        "good|{'sql':'select 1','size':9223372036854775807}",
        "good|{'sql':'select 1','timeout':2592000}",
        "good|{'sql':'select 1','timeout':'30'}",
        "good|{'sql':'select 1','timeout':'060s'}",
        "good|{'sql':'select 1','catalog':'a:b!~','schema':'#+-.'}",
        "good|{'sql':'select 1','session':{'query_priority':3,'query_max_run_time':'1h'}}",
        "good|{'sql':'select 1','session':{'exchange_compression_codec':'NONE'}}",
        "good|{'sql':'select ?','parameters':[{'type':'array(decimal(12, 2))','value':[1,null]}]}",
        "good|{'sql':'select ?','parameters':[{'type':'time(3) with time zone','value':null}]}",
        "bad|{}",
        "bad|[]",
        "bad|'select 1'",
        "bad|null",
        "bad|{'sql':null}",
        "bad|{'sql':''}",
        "bad|{'sql':1}",
        "bad|{'sql':'select 1','SQL':'select 1'}",
        "bad|{'sql':'select 1','filename':'x'}",
        "bad|{'sql':'select 1','size':0}",
        "bad|{'sql':'select 1','size':-1}",
        "bad|{'sql':'select 1','size':1.5}",
        "bad|{'sql':'select 1','size':'1'}",
        "bad|{'sql':'select 1','size':9223372036854775808}",
        "bad|{'sql':'select 1','catalog':''}",
        "bad|{'sql':'select 1','catalog':'a,b'}",
        "bad|{'sql':'select 1','catalog':'a=b'}",
        "bad|{'sql':'select 1','schema':'a;b'}",
        "bad|{'sql':'select 1','schema':'ä'}",
        "bad|{'sql':'select 1','schema':'a b'}",
        "bad|{'sql':'select 1','schema':1}",
        "bad|{'sql':'select 1','session':[]}",
        "bad|{'sql':'select 1','session':{'a b':'x'}}",
        "bad|{'sql':'select 1','session':{'':'x'}}",
        "bad|{'sql':'select 1','session':{'query_priority':null}}",
        "bad|{'sql':'select 1','session':{'query_priority':[1]}}",
        "bad|{'sql':'select 1','timeout':0}",
        "bad|{'sql':'select 1','timeout':'0s'}",
        "bad|{'sql':'select 1','timeout':-1}",
        "bad|{'sql':'select 1','timeout':1.5}",
        "bad|{'sql':'select 1','timeout':'1d'}",
        "bad|{'sql':'select 1','timeout':'1 s'}",
        "bad|{'sql':'select 1','timeout':2592001}",
        "bad|{'sql':'select 1','timeout':true}",
        "bad|{'sql':'select 1','progress':'true'}",
        "bad|{'sql':'select 1','progress':1}",
        "bad|{'sql':'select ?','parameters':{}}",
        "bad|{'sql':'select ?','parameters':'x'}",
        "bad|{'sql':'select ?','parameters':[{}]}",
        "bad|{'sql':'select ?','parameters':[{'type':'date'}]}",
        "bad|{'sql':'select ?','parameters':[{'type':'date','value':'2026-01-31','x':1}]}",
        "bad|{'sql':'select ?','parameters':[{'type':'date) --','value':1}]}",
        "bad|{'sql':'select ?','parameters':[[{'value':1}]]}",
        // what a schema cannot say
        "lax|{'sql':' ; '}",
        "lax|{'sql':'select 1','size':1.0}",
        "lax|{'sql':'select 1','timeout':'721h'}",
        "lax|{'sql':'select 1','sql':'select 2'}",
        "lax|{'sql':'select ?','parameters':[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]}"
      })
  void hasSchemasThatSayWhatIsTaken(String kind, String quoted) {
    String body = quoted.replace('\'', '"');
    Target query = target(operation("query"));
    String schema = query.operation().request("application/json") + "/schema";
    boolean valid = DESCRIPTION.objections(schema, JSON.readTree(body)).isEmpty();
    RawResponse answer =
        described(gateway, request(query).line("Content-Type", "application/json").body(body));

    assertStatus(answer, kind.equals("good") ? 200 : 400);
    assertThat(valid).isEqualTo(!kind.equals("bad"));
    if (kind.equals("bad")) {
      assertThat(JSON.readTree(answer.text()).has("queryId")).isFalse();
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void wasSeenToAnswerAllThatIsDescribed() {
    assertThat(ANSWERS.unseen()).isEmpty();
  }
}
