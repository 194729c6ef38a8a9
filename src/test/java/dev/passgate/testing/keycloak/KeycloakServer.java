package dev.passgate.testing.keycloak;

import dev.passgate.testing.LoopbackPort;
import dev.passgate.testing.ProjectFiles;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A real Keycloak as a child process, on a port of loopback, with the realm of {@code
 * config/keycloak}. It keeps its port, its keys and its users when it is stopped and started again.
 */
public final class KeycloakServer implements AutoCloseable {

  public static final String REALM = "passgate";
  public static final String CLIENT_ID = "passgate-cli";

  /** Public, as all the realm's file: for demonstrations only. */
  public static final String CLIENT_SECRET = "demo-only-passgate-cli-secret";

  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(20);
  private static final String ADMIN = "admin";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path distribution;
  private final Path home;
  private final int port;
  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable JavaProcess process;
  private int rotations;

  private KeycloakServer(Path distribution, Path home, int port) {
    this.distribution = distribution;
    this.home = home;
    this.port = port;
  }

  /** Makes one and starts it. */
  public static KeycloakServer launch() {
    Path home = TemporaryFolder.create("keycloak");
    try {
      Path distribution = KeycloakDistribution.folder();
      prepare(distribution, home);
      KeycloakServer server = new KeycloakServer(distribution, home, LoopbackPort.free());
      server.start();
      return server;
    } catch (IOException | RuntimeException e) {
      TemporaryFolder.delete(home);
      throw e instanceof RuntimeException unchecked
          ? unchecked
          : new UncheckedIOException("cannot prepare Keycloak in " + home, (IOException) e);
    }
  }

  // Keycloak writes into its home: each has its own, with the programs linked.
  private static void prepare(Path distribution, Path home) throws IOException {
    Files.createSymbolicLink(home.resolve("lib"), distribution.resolve("lib"));
    Files.createDirectories(home.resolve("conf"));
    Files.createDirectories(home.resolve("providers"));
    Files.createDirectories(home.resolve("themes"));
    Path imports = Files.createDirectories(home.resolve("data").resolve("import"));
    Files.copy(
        ProjectFiles.resolve("config/keycloak/passgate-realm.json"),
        imports.resolve("passgate-realm.json"));
  }

  /** Starts it where it was, and waits until it answers. */
  public synchronized void start() {
    if (process != null) {
      return;
    }
    JavaProcess started =
        KeycloakDistribution.command(
                distribution,
                home,
                "start",
                "--optimized",
                "--import-realm",
                "--cache=local",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--hostname=" + uri())
            .environment("KC_BOOTSTRAP_ADMIN_USERNAME", ADMIN)
            .environment("KC_BOOTSTRAP_ADMIN_PASSWORD", ADMIN)
            .start(home);
    process = started;
    try {
      started.await("Keycloak to start on " + uri(), START_LIMIT, this::answers);
    } catch (RuntimeException e) {
      stop();
      throw e;
    }
  }

  /** Stops it; what it knows stays for the next start. */
  public synchronized void stop() {
    if (process != null) {
      process.close();
      process = null;
    }
  }

  @Override
  public void close() {
    stop();
    client.close();
    TemporaryFolder.delete(home);
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** The {@code iss} of its tokens. */
  public String issuerUri() {
    return uri() + "/realms/" + REALM;
  }

  public URI jwkSetUri() {
    return URI.create(issuerUri() + "/protocol/openid-connect/certs");
  }

  public URI tokenUri() {
    return URI.create(issuerUri() + "/protocol/openid-connect/token");
  }

  /** An access token of the client's own account, {@code service-account-passgate-cli}. */
  public String token() {
    return token(Map.of("grant_type", "client_credentials"));
  }

  /** An access token of a user, such as {@code alice} with the password {@code alice}. */
  public String token(String user, String password) {
    return token(
        Map.of(
            "grant_type", "password", "username", user, "password", password, "scope", "openid"));
  }

  /** Takes a token back (RFC 7009). */
  public void revoke(String token) {
    Map<String, String> form =
        Map.of("client_id", CLIENT_ID, "client_secret", CLIENT_SECRET, "token", token);
    HttpResponse<String> response =
        post(URI.create(issuerUri() + "/protocol/openid-connect/revoke"), form);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          "Keycloak revoked no token: " + response.statusCode() + " " + response.body());
    }
  }

  /** Lets the realm sign with a new RSA key from now on; the older keys stay published. */
  public synchronized void rotateKeys() {
    rotations++;
    // The active key of the highest priority signs; those of the realm's start have 100.
    String component =
        """
        {"name": "rotation %1$d", "providerId": "rsa-generated",
         "providerType": "org.keycloak.keys.KeyProvider",
         "config": {"priority": ["%2$d"], "enabled": ["true"], "active": ["true"],
                    "keySize": ["2048"], "algorithm": ["RS256"]}}
        """
            .formatted(rotations, 1000 + rotations);
    create("components", component);
  }

  /** Makes a client with a secret, such as the one that resources ask about tokens as. */
  public void makeClient(String id, String secret) {
    create(
        "clients",
        """
        {"clientId": "%s", "secret": "%s", "publicClient": false, "standardFlowEnabled": false}
        """
            .formatted(id, secret));
  }

  private void create(String kind, String representation) {
    HttpRequest request =
        HttpRequest.newBuilder(uri().resolve("/admin/realms/" + REALM + "/" + kind))
            .timeout(REQUEST_LIMIT)
            .header("Authorization", "Bearer " + adminToken())
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(representation))
            .build();
    HttpResponse<String> response = send(request);
    if (response.statusCode() != 201) {
      throw new IllegalStateException(
          "Keycloak made none of its "
              + kind
              + ": "
              + response.statusCode()
              + " "
              + response.body());
    }
  }

  private String adminToken() {
    URI master = uri().resolve("/realms/master/protocol/openid-connect/token");
    return token(
        master,
        Map.of(
            "grant_type",
            "password",
            "client_id",
            "admin-cli",
            "username",
            ADMIN,
            "password",
            ADMIN));
  }

  private String token(Map<String, String> grant) {
    Map<String, String> form = new HashMap<>(grant);
    form.put("client_id", CLIENT_ID);
    form.put("client_secret", CLIENT_SECRET);
    return token(tokenUri(), form);
  }

  private String token(URI endpoint, Map<String, String> form) {
    HttpResponse<String> response = post(endpoint, form);
    if (response.statusCode() != 200) {
      throw new IllegalStateException(
          "Keycloak gave no token: " + response.statusCode() + " " + response.body());
    }
    JsonNode answer = JSON.readTree(response.body());
    return answer.get("access_token").asString();
  }

  private HttpResponse<String> post(URI endpoint, Map<String, String> form) {
    String body =
        form.entrySet().stream()
            .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
            .collect(Collectors.joining("&"));
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(REQUEST_LIMIT)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return send(request);
  }

  private boolean answers() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(issuerUri() + "/.well-known/openid-configuration"))
            .timeout(Duration.ofSeconds(5))
            .build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
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

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
