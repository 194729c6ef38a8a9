package dev.passgate.reload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.Clusters;
import dev.passgate.testing.CapturedLog;
import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.Endpoint;
import dev.passgate.testing.issuer.Fault;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway whose configuration changes while it serves. */
@MostlyWaits
class ReloadIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SECRET = "hunter2-is-a-secret";

  private final ConfigMapMount mount = new ConfigMapMount();
  private final LocalIssuer acme = LocalIssuer.start("acme");
  private final LocalIssuer corp = LocalIssuer.start("corp");
  private final RecordingOrigin main = RecordingOrigin.start();
  private final RecordingOrigin etl = RecordingOrigin.start();
  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable Gateway started;

  @BeforeEach
  void mountFirst() {
    mount.mount(Map.of("application.yml", issuers(acme) + clusters("")));
  }

  @AfterEach
  void stop() {
    if (started != null) {
      started.close();
    }
    client.close();
    main.close();
    etl.close();
    acme.close();
    corp.close();
    mount.close();
  }

  private Gateway.Builder builder() {
    return Gateway.inFrontOf(main.uri())
        .without("passgate.clusters.main.url")
        .with("spring.config.additional-location", mount.folder().toUri());
  }

  private Gateway gateway() {
    Gateway gateway = started;
    if (gateway == null) {
      gateway = builder().start();
      started = gateway;
    }
    return gateway;
  }

  /** The section of issuers, each followed by what is said more of the first. */
  private static String issuers(LocalIssuer first, String... more) {
    return "passgate:\n  issuers:\n" + issuer(first, more);
  }

  private static String issuer(LocalIssuer issuer, String... more) {
    StringBuilder text =
        new StringBuilder("    " + issuer.name() + ":\n")
            .append("      issuer-uri: " + issuer.issuerUri() + "\n")
            .append("      audiences: [" + Gateway.AUDIENCE + "]\n");
    for (String line : more) {
      text.append("      ").append(line).append('\n');
    }
    return text.toString();
  }

  /** The section of clusters, with what is said more of {@code main}, below it and elsewhere. */
  private String clusters(String more) {
    return "  clusters:\n    main:\n      url: " + main.uri() + "\n" + more;
  }

  private String etl() {
    return "    etl:\n      url: " + etl.uri() + "\n";
  }

  private static String rule(String user, String label) {
    return "  routing:\n    rules:\n      - {name: first, user: "
        + user
        + ", label: "
        + label
        + "}\n";
  }

  private JsonNode inForce() throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(gateway().managementUri().resolve("/actuator/configuration"))
                .timeout(LIMIT)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).doesNotContain(SECRET);
    return JsonMapper.shared().readTree(answer.body());
  }

  private JsonNode state() throws IOException, InterruptedException {
    return inForce().get("configuration");
  }

  /** Changes the file and waits until that is in force. */
  private void change(String yaml) throws IOException, InterruptedException {
    change(Map.of("application.yml", yaml));
  }

  private void change(Map<String, String> files) throws IOException, InterruptedException {
    long before = state().get("version").asLong();
    mount.mount(files);
    look();
    Poll.until(
        "the change to be in force",
        LIMIT,
        () -> state().get("version").asLong() > before && state().get("current").asBoolean(),
        () -> told().toString());
  }

  private List<String> told() {
    try {
      return StreamSupport.stream(state().get("mistakes").spliterator(), false)
          .map(JsonNode::asString)
          .toList();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitRefusal() {
    look();
    Poll.until("the change to be refused", LIMIT, () -> !state().get("current").asBoolean());
  }

  private ConfigurationReload reload() {
    return gateway().context().getBean(ConfigurationReload.class);
  }

  /** Looks twice, so as not to wait until the gateway does by itself. */
  private void look() {
    reload().look();
    reload().look();
  }

  private HttpResponse<String> send(URI uri, String method, String token, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(LIMIT)
            .method(
                method,
                HttpRequest.BodyPublishers.ofString(method.equals("POST") ? "SELECT 1" : ""))
            .header("Authorization", "Bearer " + token);
    for (String header : headers) {
      request.header(header.split(": ", 2)[0], header.split(": ", 2)[1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private int post(String token, String... headers) throws IOException, InterruptedException {
    return send(gateway().uri().resolve("/v1/statement"), "POST", token, headers).statusCode();
  }

  /** Starts a query, and gives its next page. */
  private URI begin(String token) throws IOException, InterruptedException {
    HttpResponse<String> answer = send(gateway().uri().resolve("/v1/statement"), "POST", token);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return URI.create(JsonMapper.shared().readTree(answer.body()).get("nextUri").asString());
  }

  private int poll(URI page, String token) throws IOException, InterruptedException {
    return send(page, "GET", token).statusCode();
  }

  private String metrics() throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(gateway().managementUri().resolve("/actuator/prometheus"))
                .build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void trustsIssuersThatComeAndNoLongerThoseThatGo() throws Exception {
    String token = corp.token("alice").build();
    assertThat(post(token)).isEqualTo(401);

    change(issuers(acme) + issuer(corp) + clusters(""));
    assertThat(post(token)).isEqualTo(200);
    assertThat(post(token)).as("from the cache").isEqualTo(200);
    assertThat(metrics()).contains("passgate_issuer_keys_age_seconds{issuer=\"corp\"}");

    change(issuers(acme) + clusters(""));
    assertThat(post(token)).as("the very next request").isEqualTo(401);
    assertThat(metrics()).doesNotContain("passgate_issuer_keys_age_seconds{issuer=\"corp\"}");
    assertThat(post(acme.token("alice").build())).isEqualTo(200);
  }

  @Test
  void refusesAKnownTokenThatTheNewSettingsRefuse() throws Exception {
    String token = acme.token("alice").build();
    URI page = begin(token);
    assertThat(poll(page, token)).isEqualTo(200);

    change(issuers(acme, "allowed-users: [bob]") + clusters(""));

    assertThat(poll(page, token)).isEqualTo(403);
    assertThat(post(token)).isEqualTo(403);
    assertThat(post(acme.token("bob").build())).isEqualTo(200);
  }

  @Test
  void restrictsTheRoutesOfAnIssuer() throws Exception {
    String token = acme.token("alice").build();
    assertThat(post(token)).isEqualTo(200);

    change(issuers(acme, "routes: [ui]") + clusters(""));

    assertThat(post(token)).isEqualTo(403);
  }

  @Test
  void keepsTheKeysOfAProviderThatIsDown() throws Exception {
    assertThat(post(acme.token("alice").build())).isEqualTo(200);
    acme.fail(Endpoint.JWKS, new Fault.Status(500));
    acme.fail(Endpoint.DISCOVERY, new Fault.Status(500));

    change(issuers(acme) + issuer(corp) + clusters(""));
    assertThat(post(acme.token("alice").build())).as("of the same settings").isEqualTo(200);

    change(issuers(acme, "allowed-users: [alice]") + clusters(""));
    assertThat(post(acme.token("alice").build())).as("of the same keys").isEqualTo(200);
    assertThat(post(acme.token("bob").build())).isEqualTo(403);
  }

  @Test
  void sendsQueriesToClustersThatComeAndDrainsAndRemovesThem() throws Exception {
    String alice = acme.token("alice").build();
    String bob = acme.token("bob").build();
    URI before = begin(alice);

    change(issuers(acme) + clusters(etl() + rule("bob", "etl")));
    URI there = begin(bob);
    assertThat(etl.requests()).hasSize(1);
    assertThat(poll(before, alice)).as("of a query from before").isEqualTo(200);
    assertThat(inForce().get("routingRules").get(0).asString()).isEqualTo("first");
    assertThat(metrics()).contains("passgate_cluster_up{cluster=\"etl\"}");

    change(issuers(acme) + clusters(etl() + "      state: draining\n"));
    etl.reset();
    URI elsewhere = begin(bob);
    assertThat(etl.requests()).as("of a cluster that drains").isEmpty();
    assertThat(poll(there, bob)).isEqualTo(200);
    assertThat(etl.requests()).as("of a query that it has").hasSize(1);

    change(issuers(acme) + clusters(""));
    assertThat(poll(there, bob)).as("of a cluster that is gone").isEqualTo(403);
    assertThat(poll(elsewhere, bob)).isEqualTo(200);
    assertThat(poll(before, alice)).isEqualTo(200);
    assertThat(metrics())
        .doesNotContain("passgate_cluster_up{cluster=\"etl\"}")
        .doesNotContain("passgate_queries_running{cluster=\"etl\"}");
  }

  @Test
  void followsAClusterToAnotherAddress() throws Exception {
    String alice = acme.token("alice").build();
    URI page = begin(alice);
    assertThat(poll(page, alice)).isEqualTo(200);

    change((issuers(acme) + clusters("")).replace(main.uri().toString(), etl.uri().toString()));
    main.reset();

    assertThat(poll(page, alice)).isEqualTo(200);
    assertThat(post(alice)).isEqualTo(200);
    assertThat(etl.requests()).hasSize(2);
    assertThat(main.requests()).isEmpty();
  }

  @Test
  void changesWhoMayActAsWhom() throws Exception {
    String rules = "  impersonation:\n    rules:\n      - {user: svc, as: %s}\n";
    String token = acme.token("svc").build();
    change(issuers(acme) + clusters(rules.formatted("alice")));
    assertThat(post(token, "X-Trino-User: alice")).isEqualTo(200);
    assertThat(post(token, "X-Trino-User: bob")).isEqualTo(403);

    change(issuers(acme) + clusters(rules.formatted("bob")));

    assertThat(post(token, "X-Trino-User: alice")).isEqualTo(403);
    assertThat(post(token, "X-Trino-User: bob")).isEqualTo(200);
  }

  private static Map<String, List<String>> mistakes() {
    Map<String, List<String>> all = new LinkedHashMap<>();
    all.put(
        "  clustres:\n    x:\n      url: http://127.0.0.1:1\n",
        List.of("passgate.clustres.x.url is '***', expected a key of this version"));
    all.put(
        "    etl:\n      url: http://127.0.0.1:1\n      weight: " + SECRET + "\n",
        List.of("passgate.clusters.etl.weight is '***', expected a whole number"));
    all.put("    etl: {url: " + SECRET + "\n", List.of("application.yml, line "));
    all.put(
        rule("bob", "nowhere"),
        List.of("passgate.routing.rules[0].label is 'nowhere', expected a label"));
    all.put(
        "  impersonation:\n    rules:\n      - {issuer: nobody, as: bob}\n",
        List.of("passgate.impersonation.rules[0].issuer is 'nobody'"));
    all.put(
        "    etl:\n      url: https://127.0.0.1:1\n      bundle: none\n",
        List.of("passgate.clusters.etl.bundle is 'none', expected the name of an SSL bundle"));
    all.put(
        "      weight: 0\n  impersonation:\n    rules:\n      - {user: bob}\n",
        List.of(
            "passgate.clusters.main.weight is '0'",
            "passgate.impersonation.rules[0].as is not set"));
    return all;
  }

  @Test
  void refusesWhatIsWrongAndStaysAsItWas() throws Exception {
    String alice = acme.token("alice").build();
    assertThat(post(alice)).isEqualTo(200);
    int refused = 0;
    for (Map.Entry<String, List<String>> wrong : mistakes().entrySet()) {
      refuses(wrong.getKey(), wrong.getValue());
      assertThat(post(alice)).as(wrong.getKey()).isEqualTo(200);
      assertThat(metrics())
          .contains("passgate_configuration_reloads_total{outcome=\"refused\"} " + ++refused + ".0")
          .contains("passgate_configuration_current 0.0");

      mount.mount(Map.of("application.yml", issuers(acme) + clusters("")));
      look();
      Poll.until("the file to be right again", LIMIT, () -> state().get("current").asBoolean());
      assertThat(state().get("version").asInt()).as(wrong.getKey()).isEqualTo(1);
    }

    change(issuers(acme, "allowed-users: [bob]") + clusters(""));

    assertThat(post(alice)).isEqualTo(403);
    assertThat(told()).isEmpty();
    assertThat(metrics())
        .contains("passgate_configuration_reloads_total{outcome=\"applied\"} 1.0")
        .contains("passgate_configuration_current 1.0");
  }

  private void refuses(String more, List<String> expected) {
    try (CapturedLog log = CapturedLog.open()) {
      mount.mount(
          Map.of("application.yml", issuers(acme, "allowed-users: [bob]") + clusters(more)));
      awaitRefusal();

      assertThat(told()).as(more).hasSize(expected.size());
      for (String mistake : expected) {
        assertThat(told()).anySatisfy(one -> assertThat(one).contains(mistake));
        assertThat(log.of(ConfigurationReload.class.getName()))
            .singleElement()
            .asString()
            .contains(mistake);
      }
      assertThat(log.all()).noneMatch(line -> line.contains(SECRET));
    }
  }

  /** The Secret comes after the ConfigMap that names it. */
  @Test
  void triesARefusedChangeAgainUntilWhatItNamesIsThere() throws Exception {
    ConfigurationReload reload = reload();
    reload.close();
    Path list = mount.folder().resolve("later.json");
    mount.mount(
        Map.of(
            "application.yml",
            issuers(acme, "deny-list: " + list.toAbsolutePath()) + clusters("")));
    look();
    assertThat(told()).singleElement().asString().contains("passgate.issuers.acme.deny-list");
    try (CapturedLog log = CapturedLog.open()) {
      lookUntilRetry();
      assertThat(state().get("current").asBoolean()).isFalse();
      assertThat(log.of(ConfigurationReload.class.getName())).as("told once").isEmpty();
    }
    assertThat(metrics()).contains("passgate_configuration_reloads_total{outcome=\"refused\"} 1.0");

    Files.writeString(list, "{\"sub\": [\"alice\"]}");
    lookUntilRetry();

    assertThat(state().get("current").asBoolean()).isTrue();
    assertThat(post(acme.token("alice").claim("sub", "alice").build())).isEqualTo(401);
    assertThat(post(acme.token("bob").claim("sub", "bob").build())).isEqualTo(200);
  }

  private void lookUntilRetry() {
    for (int i = 0; i < ConfigurationReload.LOOKS_UNTIL_RETRY; i++) {
      reload().look();
    }
  }

  /** What is half written may be right by itself, also in a file that was not there before. */
  @Test
  void waitsUntilAFileThatIsNewIsTheSameAtTwoLooks() throws Exception {
    ConfigurationReload reload = reload();
    reload.close();
    Path added = mount.folder().resolve("added.yml");
    String importing =
        issuers(acme) + clusters("") + "spring.config.import: " + added.toUri() + "\n";
    Files.writeString(added, "passgate:\n  clusters:\n" + etl());
    mount.mount(Map.of("application.yml", importing));
    look();
    assertThat(inForce().get("clusters")).as("seen once").hasSize(1);
    assertThat(state().get("files")).hasSize(1);

    Files.writeString(added, "passgate:\n  clusters:\n" + etl() + "      weight: 2\n");
    reload.look();
    assertThat(inForce().get("clusters")).as("changed").hasSize(1);
    reload.look();
    assertThat(inForce().get("clusters").get(0).get("weight").asInt()).isEqualTo(2);
    assertThat(state().get("files")).hasSize(2);

    Files.writeString(added, "passgate:\n  clusters:\n" + etl() + "      weight: 3\n");
    look();
    assertThat(inForce().get("clusters").get(0).get("weight").asInt()).isEqualTo(3);
  }

  /** Files that only a refused change named are none that must be there afterwards. */
  @Test
  void forgetsTheFilesOfAChangeThatIsTakenBack() throws Exception {
    ConfigurationReload reload = reload();
    reload.close();
    Path added = mount.folder().resolve("added.yml");
    String importing =
        issuers(acme) + clusters("") + "spring.config.import: " + added.toUri() + "\n";
    Files.writeString(added, "passgate.clusters.etl.weight: 0\n");
    mount.mount(Map.of("application.yml", importing));
    look();
    look();
    assertThat(told()).isNotEmpty();

    Files.delete(added);
    mount.mount(Map.of("application.yml", issuers(acme) + clusters("")));
    look();

    assertThat(state().get("current").asBoolean()).isTrue();
    assertThat(state().get("version").asInt()).isEqualTo(1);
  }

  @Test
  void saysThatAChangeIsPartlyInForceAndTriesItAgain() throws Exception {
    reload().close();
    AtomicBoolean failing = new AtomicBoolean(true);
    gateway()
        .context()
        .getBean(Clusters.class)
        .listen(
            new Clusters.Listener() {
              @Override
              public void changed() {
                if (failing.get()) {
                  throw new IllegalStateException(SECRET);
                }
              }
            });
    try (CapturedLog log = CapturedLog.open()) {
      mount.mount(
          Map.of("application.yml", issuers(acme, "allowed-users: [bob]") + clusters(etl())));
      look();
      assertThat(state().get("current").asBoolean()).isFalse();
      assertThat(log.of(ConfigurationReload.class.getName()))
          .singleElement()
          .asString()
          .contains("partly in force")
          .doesNotContain(SECRET);
    }

    mount.mount(Map.of("application.yml", issuers(acme) + clusters("")));
    failing.set(false);
    look();
    assertThat(state().get("current").asBoolean()).isTrue();
    assertThat(state().get("version").asInt()).as("as before, and put in force again").isEqualTo(2);
    assertThat(inForce().get("clusters")).hasSize(1);
    assertThat(post(acme.token("alice").build())).isEqualTo(200);
  }

  @Test
  void showsNoPlainDigestOfTheFiles() throws Exception {
    String plain = FileContents.of(List.of(mount.file("application.yml"))).digest();

    assertThat(state().get("files")).hasSize(1);
    assertThat(state().get("digest").asString()).hasSameSizeAs(plain).isNotEqualTo(plain);
  }

  @Test
  void namesNoKeyThatCountsFromElsewhere() throws Exception {
    started = builder().with("passgate.service-name", "elsewhere").start();

    change("passgate.service-name: file\n" + issuers(acme) + clusters(etl()));

    assertThat(state().get("awaitingRestart")).isEmpty();
  }

  @Test
  void takesNoOtherProfileBeforeTheNextStart() throws Exception {
    gateway();
    Files.writeString(
        mount.folder().resolve("application-other.yml"), "passgate:\n  clusters:\n" + etl());

    change("spring.profiles.active: other\n" + issuers(acme) + clusters(""));

    assertThat(inForce().get("clusters")).hasSize(1);
    assertThat(state().get("awaitingRestart").toString()).isEqualTo("[\"spring.profiles.active\"]");
  }

  @Test
  void refusesAnEmptyFileAndOneThatIsGone() throws Exception {
    gateway();
    mount.mount(Map.of("application.yml", ""));
    awaitRefusal();
    assertThat(told()).singleElement().asString().endsWith("application.yml is empty");
    assertThat(post(acme.token("alice").build())).isEqualTo(200);

    mount.mount(Map.of("other.yml", ""));
    Poll.until(
        "the missing file to be told", LIMIT, () -> told().getFirst().contains("cannot be read"));
    assertThat(post(acme.token("alice").build())).isEqualTo(200);

    mount.mount(Map.of("application.yml", issuers(acme) + clusters("")));
    Poll.until("the file to be right again", LIMIT, () -> state().get("current").asBoolean());
    assertThat(state().get("version").asInt()).as("nothing has changed").isEqualTo(1);
  }

  @Test
  void readsAFileThatIsWrittenInItsPlace() throws Exception {
    Path file = mount.file("plain.yml");
    Files.writeString(file, clusters("").replaceFirst("^", "passgate:\n"));
    mount.mount(Map.of("application.yml", issuers(acme) + "spring.config.import: " + file.toUri()));
    gateway();
    assertThat(state().get("files")).hasSize(2);

    Files.writeString(file, clusters(etl()).replaceFirst("^", "passgate:\n"));
    Poll.until("the cluster", LIMIT, () -> inForce().get("clusters").size() == 2);
    assertThat(inForce().get("clusters").get(0).get("name").asString()).isEqualTo("etl");
  }

  @Test
  void namesTheSettingsThatWaitForARestartAndTakesTheRest() throws Exception {
    String service = "passgate.service-name: one\n";
    mount.mount(Map.of("application.yml", service + issuers(acme) + clusters("")));
    gateway();
    try (CapturedLog log = CapturedLog.open()) {
      change(
          service.replace("one", "two")
              + "passgate.limits.request-body: 1MB\n"
              + issuers(acme)
              + clusters(etl()));
      assertThat(state().get("awaitingRestart").toString())
          .isEqualTo("[\"passgate.limits.request-body\",\"passgate.service-name\"]");
      assertThat(log.of(ConfigurationReload.class.getName()))
          .anyMatch(line -> line.contains("passgate.service-name"));
    }
    assertThat(inForce().get("clusters")).hasSize(2);
    assertThat(metrics()).contains("passgate_configuration_awaiting_restart 2.0");

    change("passgate.serviceName: one\n" + issuers(acme) + clusters(""));
    assertThat(state().get("awaitingRestart")).as("the same, spelled otherwise").isEmpty();
  }

  @Test
  void tellsNoSecret() throws Exception {
    mount.mount(
        Map.of(
            "application.yml",
            issuers(acme)
                + clusters(
                    "      trust: basic\n      basic: {user: gateway, password: "
                        + SECRET
                        + "}\n")));
    gateway();
    try (CapturedLog log = CapturedLog.open()) {
      change(
          issuers(acme)
              + clusters(
                  "      trust: basic\n      basic: {user: gateway, password: "
                      + SECRET
                      + "-2}\n"));
      assertThat(post(acme.token("alice").build())).isEqualTo(200);
      assertThat(main.requests().getLast().headers("Authorization").getFirst())
          .startsWith("Basic ");
      assertThat(inForce().toString()).contains("\"name\":\"main\"");
      assertThat(log.all()).noneMatch(line -> line.contains(SECRET));
    }
  }

  @Test
  void swapsADenyListWithTheConfiguration() throws Exception {
    String yaml =
        issuers(acme, "deny-list: " + mount.file("deny.json").toAbsolutePath()) + clusters("");
    mount.mount(Map.of("application.yml", yaml, "deny.json", "{\"sub\": []}"));
    String token = acme.token("alice").claim("sub", "alice").build();
    assertThat(post(token)).isEqualTo(200);

    change(Map.of("application.yml", yaml + etl(), "deny.json", "{\"sub\": [\"alice\"]}"));

    Poll.until("the deny list", LIMIT, () -> post(token) == 401);
  }

  @Test
  void endsWithTheLastOfManyChanges() throws Exception {
    gateway();
    for (int i = 0; i < 20; i++) {
      mount.mount(
          Map.of(
              "application.yml", issuers(acme, "allowed-users: [user" + i + "]") + clusters("")));
    }
    Poll.until(
        "the last",
        LIMIT,
        () ->
            post(acme.token("user18").build()) == 403 && post(acme.token("user19").build()) == 200);
    assertThat(state().get("current").asBoolean()).isTrue();
  }

  /** Looks by itself, so as not to wait for the next look fifty times. */
  @Test
  void losesNoRequestInFiftyReloadsUnderLoad() throws Exception {
    ConfigurationReload reload = reload();
    String token = acme.token("alice").build();
    AtomicBoolean end = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<Future<Integer>> clients =
          IntStream.range(0, 8)
              .mapToObj(
                  _ ->
                      threads.submit(
                          () -> {
                            int polls = 0;
                            URI page = begin(token);
                            while (!end.get()) {
                              if (polls++ % 10 == 0) {
                                page = begin(token);
                              }
                              assertThat(poll(page, token)).isEqualTo(200);
                            }
                            return polls;
                          }))
              .toList();
      long before = reload.state().version();
      for (int i = 1; i <= 50; i++) {
        String other =
            i % 2 == 0
                ? etl() + "  routing:\n    default-label: main\n"
                : "      weight: " + i + "\n";
        mount.mount(
            Map.of(
                "application.yml",
                issuers(acme, "clock-skew: " + i + "s")
                    + (i % 3 == 0 ? issuer(corp) : "")
                    + clusters(other)));
        look();
      }
      end.set(true);
      int polls = 0;
      for (Future<Integer> one : clients) {
        polls += one.get();
      }
      assertThat(polls).isPositive();
      assertThat(reload.state().mistakes()).isEmpty();
      assertThat(reload.state().version()).isEqualTo(before + 50);
    }
  }

  @Test
  void showsNewConnectionsTheNewCertificate() throws Exception {
    SelfSignedCertificate first = SelfSignedCertificate.create();
    SelfSignedCertificate second = SelfSignedCertificate.create();
    try (ConfigMapMount tls = new ConfigMapMount()) {
      tls.mount(files(first));
      started =
          builder()
              .with("passgate.tls.port", 0)
              .with("passgate.tls.bundle", "own")
              .with("spring.ssl.bundle.pem.own.reload-on-update", true)
              .with("spring.ssl.bundle.watch.file.quiet-period", "500ms")
              .with("spring.ssl.bundle.pem.own.keystore.certificate", tls.file("tls.crt").toUri())
              .with("spring.ssl.bundle.pem.own.keystore.private-key", tls.file("tls.key").toUri())
              .start();
      assertThat(shows(first)).isTrue();

      tls.mount(files(second));
      Poll.until("the new certificate", LIMIT, () -> shows(second));

      try (CapturedLog log = CapturedLog.open()) {
        tls.mount(Map.of("tls.crt", "no certificate", "tls.key", "no key"));
        Poll.until(
            "the broken one to be told",
            LIMIT,
            () -> log.all().stream().anyMatch(line -> line.contains("SSL reload error")),
            () -> log.all().toString());
      }
      assertThat(shows(second)).isTrue();

      tls.mount(files(first));
      Poll.until("the one after a broken one", LIMIT, () -> shows(first));
    }
  }

  private static Map<String, String> files(SelfSignedCertificate certificate) throws IOException {
    return Map.of(
        "tls.crt", Files.readString(certificate.certificatePem()),
        "tls.key", Files.readString(certificate.privateKeyPem()));
  }

  private boolean shows(SelfSignedCertificate certificate) throws InterruptedException {
    try (HttpClient trusting =
        HttpClient.newBuilder().sslContext(certificate.clientContext()).build()) {
      return trusting
              .send(
                  HttpRequest.newBuilder(gateway().tlsUri().resolve("/health"))
                      .timeout(LIMIT)
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .statusCode()
          == 200;
    } catch (IOException _) {
      return false;
    }
  }
}
