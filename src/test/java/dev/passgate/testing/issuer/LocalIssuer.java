package dev.passgate.testing.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID provider on loopback whose issuer has a path, so that both well-known places differ.
 * Its keys live in memory. Safe for use by several threads.
 */
public final class LocalIssuer implements AutoCloseable {

  private final String name;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<JWK> keys = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<Endpoint, Fault> faults = new ConcurrentHashMap<>();
  private final ConcurrentMap<Endpoint, AtomicInteger> requests = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, String> jwksHeaders = new ConcurrentHashMap<>();
  private final List<Map<String, String>> tokenForms = new CopyOnWriteArrayList<>();
  private final ConcurrentMap<String, Map<String, Object>> opaque = new ConcurrentHashMap<>();
  private final Set<String> revoked = ConcurrentHashMap.newKeySet();
  private final List<IntrospectionRequest> introspections = new CopyOnWriteArrayList<>();
  private final AtomicInteger keyNumber = new AtomicInteger();
  private final List<RSAKey> borrowed = new ArrayList<>();
  private boolean closed;
  private volatile CountDownLatch healed = new CountDownLatch(1);

  private LocalIssuer(String name, HttpServer server) {
    this.name = name;
    this.server = server;
  }

  /** Starts one on a free port, with an RSA key. */
  public static LocalIssuer start(String name) {
    return start(name, 0);
  }

  /** Starts one on a port, with an RSA key. */
  public static LocalIssuer start(String name, int port) {
    LocalIssuer issuer = bind(name, port);
    if (port == 0) {
      issuer.rotateKey();
    } else {
      // One that comes back where another was has nothing of its keys.
      issuer.add(RsaKeys.make(issuer.nextKeyId()));
    }
    issuer.serve();
    return issuer;
  }

  /** Starts one on a free port, with the RSA key of another under an id of its own. */
  public static LocalIssuer startWithKeyOf(LocalIssuer other, String name) {
    LocalIssuer issuer = bind(name, 0);
    issuer.add(new RSAKey.Builder(other.signingKey().toRSAKey()).keyID(issuer.nextKeyId()).build());
    issuer.serve();
    return issuer;
  }

  private static LocalIssuer bind(String name, int port) {
    try {
      return new LocalIssuer(
          name,
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the issuer " + name + " on port " + port, e);
    }
  }

  private void serve() {
    server.setExecutor(threads);
    handle("/" + name + "/.well-known/openid-configuration", Endpoint.DISCOVERY, this::metadata);
    handle(
        "/.well-known/oauth-authorization-server/" + name,
        Endpoint.SERVER_METADATA,
        this::metadata);
    handle("/" + name + "/jwks", Endpoint.JWKS, this::keySet);
    handle("/" + name + "/token", Endpoint.TOKEN, this::grant);
    handle("/" + name + "/introspect", Endpoint.INTROSPECTION, this::introspect);
    server.start();
  }

  public String name() {
    return name;
  }

  /** The {@code iss} of its tokens. */
  public String issuerUri() {
    return base() + "/" + name;
  }

  public URI jwkSetUri() {
    return URI.create(issuerUri() + "/jwks");
  }

  public URI tokenUri() {
    return URI.create(issuerUri() + "/token");
  }

  public URI introspectionUri() {
    return URI.create(issuerUri() + "/introspect");
  }

  /** Lets a token that is no JWT be active, and says this of it, beside exp, aud and iss. */
  public void activate(String token, Map<String, Object> claims) {
    Map<String, Object> answer = new HashMap<>();
    answer.put("iss", issuerUri());
    answer.put("aud", "trino");
    answer.put("token_type", "Bearer");
    answer.put("exp", Instant.now().getEpochSecond() + 300);
    answer.putAll(claims);
    opaque.put(token, answer);
  }

  /** Says from now on that a token, JWT or not, is not active. */
  public void revoke(String token) {
    revoked.add(token);
  }

  /** The questions that the introspection endpoint got, oldest first. */
  public List<IntrospectionRequest> introspections() {
    return List.copyOf(introspections);
  }

  /**
   * A question about a token.
   *
   * @param authorization who asked
   * @param form what it asked
   */
  public record IntrospectionRequest(String authorization, Map<String, String> form) {}

  /** A token to make: a good one for audience {@code trino}, until told otherwise. */
  public TokenBuilder token(String user) {
    return new TokenBuilder(issuerUri(), signingKey(), user);
  }

  /** The newest key, private part included. */
  public JWK signingKey() {
    return keys.getLast();
  }

  /** Signs with a new RSA key from now on; the older keys stay published. */
  public synchronized JWK rotateKey() {
    if (closed) {
      // It may have given its keys to another, and must not get one of them back.
      return add(RsaKeys.make(nextKeyId()));
    }
    RSAKey key = RsaKeys.borrow(nextKeyId());
    borrowed.add(key);
    return add(key);
  }

  /** Signs with a new P-256 key from now on; the older keys stay published. */
  public JWK rotateToEllipticKey() {
    try {
      return add(new ECKeyGenerator(Curve.P_256).keyID(nextKeyId()).generate());
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot make a key", e);
    }
  }

  /** Publishes the newest key alone. */
  public void withdrawOlderKeys() {
    keys.retainAll(List.of(signingKey()));
  }

  /** Publishes a key under its own id, or none, as it comes; it does not become the signing key. */
  public void publish(JWK key) {
    keys.addFirst(key);
  }

  /** Lets an endpoint fail until it is healed. */
  public void fail(Endpoint endpoint, Fault fault) {
    faults.put(endpoint, fault);
  }

  /** Lets all endpoints work again, hanging requests included. */
  public void heal() {
    faults.clear();
    CountDownLatch before = healed;
    healed = new CountDownLatch(1);
    before.countDown();
  }

  /** How often an endpoint was asked since the start. */
  public int requests(Endpoint endpoint) {
    return counter(endpoint).get();
  }

  /** The forms that the token endpoint got, oldest first. */
  public List<Map<String, String>> tokenForms() {
    return List.copyOf(tokenForms);
  }

  /** Adds a header to the answers of the key set, such as Cache-Control. */
  public void jwksHeader(String header, String value) {
    jwksHeaders.put(header, value);
  }

  /**
   * Its keys may be another's from now on: a foreign key is that of an issuer that is open at the
   * same time.
   */
  @Override
  public synchronized void close() {
    heal();
    server.stop(0);
    threads.shutdownNow();
    closed = true;
    borrowed.forEach(RsaKeys::giveBack);
    borrowed.clear();
  }

  private URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private String nextKeyId() {
    return name + "-" + keyNumber.incrementAndGet();
  }

  private JWK add(JWK key) {
    keys.add(key);
    return key;
  }

  private AtomicInteger counter(Endpoint endpoint) {
    return requests.computeIfAbsent(endpoint, ignored -> new AtomicInteger());
  }

  private interface Answer {
    String to(HttpExchange exchange) throws IOException;
  }

  private void handle(String path, Endpoint endpoint, Answer answer) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            counter(endpoint).incrementAndGet();
            if (!exchange.getRequestURI().getPath().equals(path)) {
              respond(exchange, 404, "{}");
              return;
            }
            answer(exchange, endpoint, answer);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private void answer(HttpExchange exchange, Endpoint endpoint, Answer answer)
      throws IOException, InterruptedException {
    CountDownLatch end = healed;
    Fault fault = faults.get(endpoint);
    switch (fault) {
      case null -> respond(exchange, 200, answer.to(exchange));
      case Fault.Status(int code) -> respond(exchange, code, "{\"error\":\"scripted\"}");
      case Fault.Body(String text) -> respond(exchange, 200, text);
      case Fault.Typed(String contentType, String text) ->
          respond(exchange, 200, contentType, text);
      case Fault.Redirect(URI target) -> {
        exchange.getResponseHeaders().set("Location", target.toString());
        respond(exchange, 307, "");
      }
      case Fault.Delay(Duration time) -> {
        boolean cutShort = end.await(time.toMillis(), TimeUnit.MILLISECONDS);
        exchange.getResponseHeaders().set("X-Delay-Cut-Short", String.valueOf(cutShort));
        respond(exchange, 200, answer.to(exchange));
      }
      case Fault.Hang() -> end.await();
      case Fault.Disconnect() -> {
        // closing the exchange without an answer closes the connection
      }
    }
  }

  private void respond(HttpExchange exchange, int status, String body) throws IOException {
    respond(exchange, status, "application/json", body);
  }

  private void respond(HttpExchange exchange, int status, String contentType, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getRequestBody().readAllBytes();
    exchange.getResponseHeaders().set("Content-Type", contentType);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private String metadata(HttpExchange exchange) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("issuer", issuerUri());
    metadata.put("jwks_uri", jwkSetUri().toString());
    metadata.put("token_endpoint", tokenUri().toString());
    metadata.put("introspection_endpoint", introspectionUri().toString());
    metadata.put("authorization_endpoint", issuerUri() + "/authorize");
    metadata.put("response_types_supported", List.of("code"));
    metadata.put("subject_types_supported", List.of("public"));
    metadata.put("id_token_signing_alg_values_supported", List.of("RS256", "ES256"));
    metadata.put("grant_types_supported", List.of("client_credentials", "password"));
    return JSONObjectUtils.toJSONString(metadata);
  }

  private String keySet(HttpExchange exchange) {
    jwksHeaders.forEach(exchange.getResponseHeaders()::set);
    return new JWKSet(new ArrayList<>(keys)).toString(true);
  }

  // Believes every client and every password: whoever asks is who they say.
  private String grant(HttpExchange exchange) throws IOException {
    Map<String, String> form = form(exchange);
    tokenForms.add(Map.copyOf(form));
    String user = form.getOrDefault("username", form.getOrDefault("client_id", "client"));
    return JSONObjectUtils.toJSONString(
        Map.of("access_token", token(user).build(), "token_type", "Bearer", "expires_in", 300));
  }

  private String introspect(HttpExchange exchange) throws IOException {
    Map<String, String> form = form(exchange);
    introspections.add(
        new IntrospectionRequest(
            String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")), form));
    String token = form.getOrDefault("token", "");
    Map<String, Object> claims = opaque.containsKey(token) ? opaque.get(token) : ofJwt(token);
    if (claims == null || revoked.contains(token)) {
      return "{\"active\":false}";
    }
    Map<String, Object> answer = new HashMap<>(claims);
    answer.put("active", true);
    return JSONObjectUtils.toJSONString(answer);
  }

  private static @Nullable Map<String, Object> ofJwt(String token) {
    try {
      return SignedJWT.parse(token).getPayload().toJSONObject();
    } catch (ParseException e) {
      return null;
    }
  }

  private static Map<String, String> form(HttpExchange exchange) throws IOException {
    String text = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Map<String, String> form = new HashMap<>();
    for (String field : text.split("&", -1)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        form.put(decode(field.substring(0, equals)), decode(field.substring(equals + 1)));
      }
    }
    return form;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
