package dev.passgate.training;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerResponse;

/** An OpenID provider on loopback with an RSA and an elliptic key, made for this run alone. */
final class StubIssuer implements AutoCloseable {

  static final String AUDIENCE = "trino";

  private static final Duration LIFETIME = Duration.ofHours(1);

  private final DisposableServer server;
  private final RSAKey rsa;
  private final ECKey elliptic;

  private StubIssuer(DisposableServer server, RSAKey rsa, ECKey elliptic) {
    this.server = server;
    this.rsa = rsa;
    this.elliptic = elliptic;
  }

  static StubIssuer start() {
    try {
      RSAKey rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
      ECKey elliptic = new ECKeyGenerator(Curve.P_256).keyID("elliptic").generate();
      String keys = new JWKSet(List.of(rsa.toPublicJWK(), elliptic.toPublicJWK())).toString();
      DisposableServer server =
          HttpServer.create()
              .host("127.0.0.1")
              .port(0)
              .route(
                  routes ->
                      routes
                          .get("/jwks", (_, response) -> json(response, keys))
                          .get(
                              "/.well-known/openid-configuration",
                              (request, response) ->
                                  json(
                                      response,
                                      metadata("http://" + request.requestHeaders().get("Host"))))
                          .post(
                              "/token",
                              (_, response) ->
                                  json(
                                      response,
                                      """
                                      {"access_token":"opaque","token_type":"Bearer"}""")))
              .bindNow();
      return new StubIssuer(server, rsa, elliptic);
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot make a key", e);
    }
  }

  private static Mono<Void> json(HttpServerResponse response, String text) {
    return response.header("Content-Type", "application/json").sendString(Mono.just(text)).then();
  }

  private static String metadata(String base) {
    return """
        {"issuer":"%1$s","jwks_uri":"%1$s/jwks","token_endpoint":"%1$s/token",\
        "authorization_endpoint":"%1$s/authorize","response_types_supported":["code"],\
        "subject_types_supported":["public"],\
        "id_token_signing_alg_values_supported":["RS256","ES256"]}"""
        .formatted(base);
  }

  String uri() {
    return "http://127.0.0.1:" + server.port();
  }

  /** A token for a user, signed with RS256. */
  String token(String user) {
    return signed(JWSAlgorithm.RS256, user, AUDIENCE, LIFETIME);
  }

  /** A token for a user, signed with ES256. */
  String ellipticToken(String user) {
    return signed(JWSAlgorithm.ES256, user, AUDIENCE, LIFETIME);
  }

  /** Tokens that are refused, each for another reason. */
  List<String> badTokens() {
    String good = token("mallory");
    String other = token("alice");
    int signature = good.lastIndexOf('.');
    return List.of(
        "nonsense",
        good.substring(0, signature) + other.substring(other.lastIndexOf('.')),
        good.substring(0, signature) + ".",
        signed(JWSAlgorithm.RS256, "mallory", AUDIENCE, LIFETIME.negated()),
        signed(JWSAlgorithm.RS256, "mallory", "others", LIFETIME));
  }

  private String signed(JWSAlgorithm algorithm, String user, String audience, Duration lifetime) {
    try {
      boolean rs = algorithm.equals(JWSAlgorithm.RS256);
      JWSSigner signer = rs ? new RSASSASigner(rsa) : new ECDSASigner(elliptic);
      Instant now = Instant.now();
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(algorithm)
                  .keyID(rs ? rsa.getKeyID() : elliptic.getKeyID())
                  .build(),
              new JWTClaimsSet.Builder()
                  .issuer(uri())
                  .audience(audience)
                  .subject(UUID.randomUUID().toString())
                  .claim("preferred_username", user)
                  .issueTime(Date.from(now))
                  .expirationTime(Date.from(now.plus(lifetime)))
                  .build());
      token.sign(signer);
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot sign", e);
    }
  }

  @Override
  public void close() {
    server.disposeNow();
  }
}
