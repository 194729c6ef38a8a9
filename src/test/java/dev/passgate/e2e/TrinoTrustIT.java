package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.passgate.testing.Background;
import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.Poll;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import dev.passgate.testing.trino.JdbcUrl;
import dev.passgate.testing.trino.StatementClient;
import dev.passgate.testing.trino.StatementClient.Outcome;
import dev.passgate.testing.trino.TrinoCli;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A real Trino that asks for a password, a certificate or a token, and gateways that show it one
 * each. Going round them is of no use.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TrinoTrustIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String WHO = "select current_user";

  private static final KeyPair FIRST = SigningKeyPems.elliptic();
  private static final KeyPair SECOND = SigningKeyPems.rsa();

  private static final Map<String, Gateway> GATEWAYS = new LinkedHashMap<>();
  private static GuardedTrino trino;
  private static LocalIssuer issuer;
  private static HttpClient plain;
  private static HttpClient direct;
  private static Path keys;

  @BeforeAll
  static void start() throws IOException {
    issuer = LocalIssuer.start("acme");
    trino = new GuardedTrino();
    plain = HttpClient.newHttpClient();
    direct = trino.http();
    keys = trino.folder().resolve("keys.pem");
    write(SigningKeyPems.privateKey(FIRST) + SigningKeyPems.privateKey(SECOND));
    Path password = Files.writeString(trino.folder().resolve("password"), GuardedTrino.PASSWORD);

    // Before Trino, which fetches the keys when it starts.
    Gateway jwt =
        trino
            .gateway(issuer)
            .tls(SelfSignedCertificate.create())
            .with("server.port", LoopbackPort.free())
            .with("passgate.trino-keys.file", keys)
            .with("passgate.clusters.main.trust", "jwt")
            .start();
    GATEWAYS.put("jwt", jwt);
    CompletableFuture<GuardedTrino> started =
        Background.begin(
            () -> trino.start("PASSWORD,CERTIFICATE,JWT", jwt.uri() + "/.well-known/jwks.json"));
    GATEWAYS.put(
        "jwt of a principal",
        trino
            .gateway(issuer)
            .with("passgate.trino-keys.file", keys)
            .with("passgate.clusters.main.trust", "jwt")
            .with("passgate.clusters.main.jwt.principal", "passgate")
            .start());
    GATEWAYS.put(
        "basic",
        trino
            .gateway(issuer)
            .with("passgate.clusters.main.trust", "basic")
            .with("passgate.clusters.main.basic.user", "passgate")
            .with("passgate.clusters.main.basic.password-file", password)
            .start());
    GATEWAYS.put("certificate", withCertificate().start());
    started.join();
    Poll.until(
        "a query to get through",
        LIMIT,
        () ->
            through("jwt").run("select count(*) from tpch.tiny.region", as("alice")).error()
                == null);
  }

  private static Gateway.Builder withCertificate() {
    SelfSignedCertificate shown = trino.clientCertificate();
    return trino
        .gateway(issuer)
        .with("passgate.clusters.main.trust", "certificate")
        .with("spring.ssl.bundle.pem.trino.keystore.certificate", shown.certificatePem().toUri())
        .with("spring.ssl.bundle.pem.trino.keystore.private-key", shown.privateKeyPem().toUri());
  }

  @AfterAll
  static void stop() {
    GATEWAYS.values().forEach(Gateway::close);
    trino.close();
    issuer.close();
    direct.close();
    plain.close();
  }

  private static void write(String pem) throws IOException {
    Path next = Files.writeString(trino.folder().resolve("next.pem"), pem);
    Files.move(next, keys, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Gateway gateway(String kind) {
    return Objects.requireNonNull(GATEWAYS.get(kind), kind);
  }

  private static StatementClient through(String kind) {
    return new StatementClient(plain, gateway(kind).uri());
  }

  private static Map<String, String> as(String user) {
    return ActingUsers.headers(issuer, user);
  }

  private static Stream<String> kinds() {
    return GATEWAYS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void runsQueriesAsTheUserOfTheClient(String kind) {
    assertThat(through(kind).run(WHO, as("alice")).single()).isEqualTo("alice");
    assertThat(through(kind).run(WHO, as("dora")).single()).isEqualTo("dora");
    assertThat(through(kind).run("select count(*) from tpch.tiny.nation", as("alice")).single())
        .isEqualTo("25");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void leavesItToTrinosRulesWhoActsAsWhom(String kind) {
    assertThat(through(kind).run(WHO, as("alice--bob")).single()).isEqualTo("bob");

    Outcome refused = through(kind).run(WHO, as("carol--bob"));

    assertThat(refused.error()).contains("User carol cannot impersonate user bob");
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void servesWhatIsPublic(String kind) throws IOException, InterruptedException {
    assertThat(get(kind, "/v1/info").statusCode()).isEqualTo(200);
    assertThat(get(kind, "/v1/status").statusCode()).isEqualTo(200);
  }

  @Test
  void publishesKeysOnlyWhereTokensAreSigned() throws IOException, InterruptedException {
    String path = "/.well-known/jwks.json";

    assertThat(get("jwt", path).statusCode()).isEqualTo(200);
    assertThat(get("jwt", path).headers().firstValue("Content-Type"))
        .hasValue("application/jwk-set+json");
    assertThat(get("basic", path).statusCode()).isEqualTo(404);
    assertThat(get("certificate", path).statusCode()).isEqualTo(404);
  }

  private static HttpResponse<String> get(String kind, String path)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(gateway(kind).uri().resolve(path)).timeout(LIMIT).build();
    return plain.send(request, HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void servesTrinosCommandLineClient() {
    Gateway jwt = gateway("jwt");
    TrinoCli.Result result =
        TrinoCli.to(jwt.tlsUri())
            .trust(jwt.certificate().certificatePem())
            .accessToken(issuer.token("dora").build())
            .execute(WHO);

    assertThat(result.exitCode()).as(result.errors()).isZero();
    assertThat(result.output().strip()).isEqualTo("\"dora\"");
  }

  @Test
  void servesTrinosJdbcDriver() throws SQLException {
    Gateway jwt = gateway("jwt");
    String url =
        JdbcUrl.withToken(
            jwt.tlsUri(), jwt.certificate().certificatePem(), issuer.token("alice").build());
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(WHO)) {
      assertThat(results.next()).isTrue();
      assertThat(results.getString(1)).isEqualTo("alice");
      assertThat(connection.isValid(30)).isTrue();
    }
  }

  /** The account's rule answers for everybody; a token still says who is behind it. */
  @Test
  void hasTrinoAskAboutTheAccountAloneWhereTheOriginalUserIsOmitted() {
    Gateway.Builder account =
        trino
            .gateway(issuer)
            .with("passgate.clusters.main.trust", "basic")
            .with("passgate.clusters.main.basic.user", "passgate")
            .with("passgate.clusters.main.basic.password", GuardedTrino.PASSWORD)
            .with("passgate.clusters.main.original-user", "omit");
    try (Gateway gateway = account.start()) {
      StatementClient client = new StatementClient(plain, gateway.uri());
      assertThat(client.run(WHO, as("carol--bob")).single()).isEqualTo("bob");
    }
    Gateway.Builder token =
        trino
            .gateway(issuer)
            .with("passgate.trino-keys.file", keys)
            .with("passgate.clusters.main.trust", "jwt")
            .with("passgate.clusters.main.original-user", "omit");
    try (Gateway gateway = token.start()) {
      StatementClient client = new StatementClient(plain, gateway.uri());
      assertThat(client.run(WHO, as("alice--bob")).single()).isEqualTo("bob");
      assertThat(client.run(WHO, as("carol--bob")).error())
          .contains("User carol cannot impersonate user bob");
    }
  }

  @Test
  void letsNobodyInWithoutTheGateway() {
    assertThat(refused().run(WHO, "alice").status()).isEqualTo(401);
    assertThat(refused().run(WHO, "passgate").status()).isEqualTo(401);
    assertThat(
            refused()
                .run(WHO, Map.of("X-Trino-User", "alice", "X-Trino-Original-User", "passgate"))
                .status())
        .isEqualTo(401);
    assertThat(refused().run(WHO, as("alice")).status()).isEqualTo(401);
    assertThat(new StatementClient(plain, trino.plainUri()).run(WHO, "alice").status())
        .isEqualTo(403);
  }

  /**
   * On a connection of its own, as Trino closes one whose request it refused without reading it.
   */
  private static StatementClient refused() {
    return trino.directly(trino.http());
  }

  @Test
  void letsInNobodyWithAnotherPassword() {
    assertThat(trino.directly(direct).run(WHO, basic(GuardedTrino.PASSWORD)).single())
        .isEqualTo("alice");
    assertThat(refused().run(WHO, basic("guessed")).status()).isEqualTo(401);
  }

  private static Map<String, String> basic(String password) {
    byte[] pair = ("passgate:" + password).getBytes(StandardCharsets.US_ASCII);
    return Map.of(
        "X-Trino-User",
        "alice",
        "Authorization",
        "Basic " + Base64.getEncoder().encodeToString(pair));
  }

  @Test
  void letsInNobodyWithATokenThatIsNotTheGateways() throws Exception {
    // The first is what the gateway itself sends, so that the others fail of what they are.
    assertThat(withToken(FIRST, SigningKeyPems.id(FIRST), "passgate", "main").single())
        .isEqualTo("alice");

    KeyPair other = SigningKeyPems.elliptic();
    assertThat(withToken(other, SigningKeyPems.id(FIRST), "passgate", "main").status())
        .isEqualTo(401);
    assertThat(withToken(other, SigningKeyPems.id(other), "passgate", "main").status())
        .isEqualTo(401);
    assertThat(withToken(FIRST, SigningKeyPems.id(FIRST), "acme", "main").status()).isEqualTo(401);
    assertThat(withToken(FIRST, SigningKeyPems.id(FIRST), "passgate", "another").status())
        .isEqualTo(401);
  }

  private static Outcome withToken(KeyPair key, String keyId, String from, String audience)
      throws JOSEException {
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(keyId).build(),
            new JWTClaimsSet.Builder()
                .issuer(from)
                .subject("alice")
                .audience(audience)
                .expirationTime(Date.from(Instant.now().plusSeconds(60)))
                .build());
    token.sign(new ECDSASigner((ECPrivateKey) key.getPrivate()));
    // Trino may close the connection of who was refused, and a client sends no POST twice.
    try (HttpClient fresh = trino.http()) {
      return trino
          .directly(fresh)
          .run(
              WHO, Map.of("X-Trino-User", "alice", "Authorization", "Bearer " + token.serialize()));
    }
  }

  @Test
  void letsInNobodyWithAnotherCertificate() throws Exception {
    SelfSignedCertificate account = trino.clientCertificate();
    try (HttpClient known = showing(account)) {
      assertThat(trino.directly(known).run(WHO, "alice").single()).isEqualTo("alice");
    }
    try (HttpClient unknown = showing(SelfSignedCertificate.createFor("passgate"))) {
      assertThatThrownBy(() -> trino.directly(unknown).run(WHO, "alice"))
          .hasRootCauseInstanceOf(SSLException.class);
    }
  }

  private static HttpClient showing(SelfSignedCertificate certificate) {
    return HttpClient.newBuilder()
        .sslContext(trino.certificate().clientContext(certificate))
        .build();
  }

  /** The last one, as Trino then knows no key that the file has had first. */
  @Test
  @Order(Integer.MAX_VALUE)
  void replacesTheKeyWhileQueriesRun() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    CompletableFuture<List<Outcome>> failures =
        CompletableFuture.supplyAsync(
            () -> {
              List<Outcome> failed = new ArrayList<>();
              while (!done.get()) {
                Outcome outcome =
                    through("jwt").run("select count(*) from tpch.tiny.nation", as("alice"));
                if (outcome.error() != null) {
                  failed.add(outcome);
                }
                answered.incrementAndGet();
              }
              return failed;
            });
    try {
      awaitMore(answered);
      publish(SECOND, FIRST);
      awaitMore(answered);
      publish(SECOND);
      awaitMore(answered);
    } finally {
      done.set(true);
    }
    assertThat(failures.get(60, TimeUnit.SECONDS)).isEmpty();

    // One that Trino has not fetched, as nobody waited for it to.
    publish(SigningKeyPems.elliptic(), SECOND);
    assertThat(through("jwt").run(WHO, as("alice")).status()).isEqualTo(401);
  }

  private static void awaitMore(AtomicInteger answered) {
    int before = answered.get();
    Poll.until("more queries to end", LIMIT, () -> answered.get() >= before + 3);
  }

  private static void publish(KeyPair... pairs) throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> ids = new ArrayList<>();
    for (KeyPair pair : pairs) {
      text.append(SigningKeyPems.privateKey(pair));
      ids.add(SigningKeyPems.id(pair));
    }
    write(text.toString());
    Poll.until(
        "the keys to be published",
        LIMIT,
        () ->
            JWKSet.parse(get("jwt", "/.well-known/jwks.json").body()).getKeys().stream()
                .map(JWK::getKeyID)
                .toList()
                .equals(ids));
  }
}
