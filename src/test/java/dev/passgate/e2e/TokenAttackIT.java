package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import dev.passgate.testing.MostlyWaits;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.issuer.TokenBuilder;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are not what they say. Each is a 401, and Trino never hears of it. */
@MostlyWaits
class TokenAttackIT {

  private static final String CHALLENGE = "Bearer realm=\"passgate\"";
  private static final String WRONG_TOKEN = CHALLENGE + ", error=\"invalid_token\"";

  /** In claims and headers of bad tokens; no answer may hold it. */
  private static final String CANARY = "canary-0f3a";

  private static GuardedOrigin guarded;
  private static LocalIssuer other;
  private static RecordingOrigin trap;

  @BeforeAll
  static void start() {
    other = LocalIssuer.start("globex");
    trap = RecordingOrigin.start();
    guarded = GuardedOrigin.start(settings -> settings.trust(other));
  }

  @AfterAll
  static void stop() {
    assertThat(trap.connectionsAccepted()).as("nothing was fetched").isZero();
    guarded.close();
    trap.close();
    other.close();
  }

  @BeforeEach
  void reset() {
    guarded.reset();
  }

  private static TokenBuilder token() {
    return guarded.issuer().token("root").claim("canary", CANARY);
  }

  private static JWK key() {
    return guarded.issuer().signingKey();
  }

  private static String header(String more) {
    return "{\"alg\":\"RS256\",\"kid\":\"" + key().getKeyID() + "\"" + more + "}";
  }

  private static String payload(String more) {
    return "{\"iss\":\""
        + guarded.issuer().issuerUri()
        + "\",\"aud\":\"trino\",\"exp\":"
        + (Instant.now().getEpochSecond() + 300)
        + ",\"sub\":\"root\",\"canary\":\""
        + CANARY
        + "\""
        + more
        + "}";
  }

  private static String payloadWithout(String claim, String replacement) {
    return payload("").replaceFirst("\"" + claim + "\":(\"[^\"]*\"|\\d+),?", replacement);
  }

  private static String signed(String header, String payload) {
    return CraftedToken.rs256(header, payload, key());
  }

  private static Arguments bad(String what, String token) {
    return Arguments.of(what, token);
  }

  static Stream<Arguments> unsigned() {
    String good = token().build();
    String[] parts = good.split("\\.", -1);
    List<Arguments> all = new ArrayList<>();
    for (String none : List.of("none", "None", "nOnE", "NONE", "none ", "", "n\\u006fne")) {
      String head = CraftedToken.encode("{\"alg\":\"" + none + "\",\"typ\":\"JWT\"}");
      all.add(bad("alg " + none, head + "." + parts[1] + "."));
      all.add(bad("alg " + none + " without the last dot", head + "." + parts[1]));
      all.add(bad("alg " + none + " with a signature", head + "." + parts[1] + "." + parts[2]));
      all.add(bad("alg " + none + " with padding", head + "." + parts[1] + ".=="));
    }
    for (String alg :
        List.of(
            "null",
            "[]",
            "[\"RS256\"]",
            "1",
            "{}",
            "true",
            "\"rs256\"",
            "\"RS256 \"",
            "\"RS1\"",
            "\"HS256\"",
            "\"dir\"",
            "\"EdDSA\"")) {
      String head = "{\"alg\":" + alg + ",\"kid\":\"" + key().getKeyID() + "\"}";
      all.add(bad("alg " + alg, signed(head, payload(""))));
    }
    all.add(bad("no alg", signed("{\"typ\":\"JWT\"}", payload(""))));
    all.add(bad("unsigned", token().buildUnsigned()));
    all.add(bad("empty signature", parts[0] + "." + parts[1] + "."));
    all.add(bad("no signature", parts[0] + "." + parts[1]));
    all.add(bad("payload alone", parts[1]));
    all.add(bad("header empty", "." + parts[1] + "." + parts[2]));
    all.add(bad("payload empty", parts[0] + ".." + parts[2]));
    all.add(bad("dots", ".."));
    all.add(bad("one dot", "."));
    all.add(bad("four parts", good + "." + parts[2]));
    all.add(bad("detached", parts[0] + ".." + parts[2]));
    all.add(bad("word", "root"));
    return all.stream();
  }

  static Stream<Arguments> confused() throws JOSEException {
    RSAKey key = key().toRSAKey();
    PublicKey publicKey = key.toRSAPublicKey();
    byte[] der = publicKey.getEncoded();
    String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
    String pem = "-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----";
    Map<String, byte[]> secrets =
        Map.of(
            "PEM", pem.getBytes(StandardCharsets.US_ASCII),
            "PEM with a line end", (pem + "\n").getBytes(StandardCharsets.US_ASCII),
            "PEM with CRLF", pem.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII),
            "DER", der,
            "modulus", key.getModulus().decode(),
            "modulus as text", key.getModulus().toString().getBytes(StandardCharsets.US_ASCII),
            "JWK", key.toPublicJWK().toJSONString().getBytes(StandardCharsets.UTF_8),
            "kid", key.getKeyID().getBytes(StandardCharsets.UTF_8),
            "nothing much", new byte[1]);
    return secrets.entrySet().stream()
        .flatMap(
            secret ->
                Stream.of("HS256", "RS256")
                    .map(
                        alg ->
                            bad(
                                alg + " with " + secret.getKey(),
                                CraftedToken.hs256(
                                    header("").replace("RS256", alg),
                                    payload(""),
                                    secret.getValue()))));
  }

  static Stream<Arguments> injected() throws JOSEException {
    return injected("mine");
  }

  static Stream<Arguments> injectedForAKnownKey() throws JOSEException {
    return injected(key().getKeyID());
  }

  private static Stream<Arguments> injected(String keyId) throws JOSEException {
    RSAKey mine = new RSAKeyGenerator(2048).keyID(keyId).generate();
    String jwk = mine.toPublicJWK().toJSONString();
    String url = trap.uri() + "/jwks";
    List<Arguments> all = new ArrayList<>();
    String kid = "{\"alg\":\"RS256\",\"kid\":\"" + mine.getKeyID() + "\"";
    for (String more :
        List.of(
            "",
            ",\"jwk\":" + jwk,
            ",\"jku\":\"" + url + "\"",
            ",\"x5u\":\"" + url + "\"",
            ",\"x5c\":[\"" + Base64.getEncoder().encodeToString(new byte[100]) + "\"]",
            ",\"x5t\":\"AAAA\"",
            ",\"x5t#S256\":\"AAAA\"",
            ",\"jku\":\"" + url + "\",\"jwk\":" + jwk,
            ",\"iss\":\"" + trap.uri() + "\"",
            ",\"jku\":\"file:///etc/passwd\"")) {
      all.add(bad(mine.getKeyID() + more, CraftedToken.rs256(kid + more + "}", payload(""), mine)));
    }
    String noKid = "{\"alg\":\"RS256\",\"jwk\":" + jwk + "}";
    all.add(bad("jwk without kid", CraftedToken.rs256(noKid, payload(""), mine)));
    String trapped = payload("").replace(guarded.issuer().issuerUri(), trap.uri().toString());
    all.add(bad("issuer of its own", CraftedToken.rs256(header(""), trapped, mine)));
    return all.stream();
  }

  static Stream<Arguments> ofAnotherKey() throws JOSEException {
    JWK foreign = other.signingKey();
    JWK elliptic = new ECKeyGenerator(Curve.P_256).keyID(key().getKeyID()).generate();
    return Stream.of(
        bad(
            "of A by B's key under A's kid",
            token().signWith(foreign).header("kid", key().getKeyID()).build()),
        bad("of A by B's key under B's kid", token().signWith(foreign).build()),
        bad("of A by B's key without kid", token().signWith(foreign).header("kid", null).build()),
        bad("of B by A's key", token().claim("iss", other.issuerUri()).build()),
        bad("ES256 for an issuer of RS256", token().signWith(elliptic).build()),
        bad("ES256 that says RS256", token().signWith(elliptic).header("alg", "RS256").build()),
        bad("PS256", token().algorithm(JWSAlgorithm.PS256).build()),
        bad("RS512", token().algorithm(JWSAlgorithm.RS512).build()),
        bad(
            "RS512 that says RS256",
            token().algorithm(JWSAlgorithm.RS512).header("alg", "RS256").build()));
  }

  static Stream<Arguments> keyIds() {
    List<Object> kids =
        List.of(
            "../../../../dev/null",
            "/dev/null",
            "x' UNION SELECT 'secret';--",
            trap.uri() + "/key",
            "k".repeat(10_000),
            "",
            " ",
            "\0",
            key().getKeyID() + " ",
            key().getKeyID().toUpperCase(Locale.ROOT),
            key().getKeyID() + "\0",
            "${jndi:" + trap.uri() + "}",
            1,
            1.5,
            true,
            List.of(key().getKeyID()),
            Map.of("kid", key().getKeyID()));
    return kids.stream()
        .map(kid -> bad("kid " + shortened(kid.toString()), token().header("kid", kid).build()));
  }

  static Stream<Arguments> malformed() {
    String name = ",\"preferred_username\":\"root\"";
    String issuer = "\"iss\":\"" + guarded.issuer().issuerUri() + "\"";
    String kid = "\"kid\":\"" + key().getKeyID() + "\"";
    List<Arguments> all = new ArrayList<>();
    for (String more :
        List.of(
            name + name,
            ",\"sub\":\"root\"",
            ",\"iss\":\"" + trap.uri() + "\"",
            "," + issuer,
            ",\"aud\":\"trino\"",
            ",\"exp\":4000000000",
            ",\"\\u0073ub\":\"root\"",
            ",\"a\":{\"b\":1,\"b\":2}",
            ",\"a\":[{\"b\":1,\"b\":2}]",
            ",\"a\":" + "[".repeat(100) + "]".repeat(100),
            ",\"a\":" + "{\"a\":".repeat(5000) + "1" + "}".repeat(5000),
            ",\"a\":" + "9".repeat(1000),
            ",\"a\":NaN",
            ",\"a\":'x'",
            ",\"a\":\"\t\"",
            ",",
            ",\"a\"",
            ",/**/\"a\":1",
            "}{\"sub\":\"root\"",
            "} x",
            "}\0")) {
      all.add(bad("payload " + shortened(more), signed(header(""), payload(more))));
    }
    for (String more :
        List.of(
            ",\"alg\":\"none\"",
            ",\"alg\":\"RS256\"",
            ",\"kid\":\"x\"",
            "," + kid,
            ",\"typ\":\"JWT\",\"typ\":\"JWT\"",
            ",\"crit\":[\"exp\"],\"exp\":1",
            ",\"crit\":[]",
            ",\"crit\":[\"b64\"],\"b64\":false",
            ",\"b64\":false",
            ",\"b64\":true",
            ",\"zip\":\"DEF\",\"crit\":[\"zip\"]",
            ",\"typ\":\"logout+jwt\"",
            ",\"typ\":\"JWT-proof\"",
            ",\"typ\":\"dpop+jwt\"",
            ",\"typ\":\"secevent+jwt\"",
            ",\"typ\":\"openid4vci-proof+jwt\"",
            ",\"typ\":\"application/logout+jwt\"",
            ",\"typ\":\"JOSE\"",
            ",\"typ\":\"JWE\"",
            ",\"typ\":\"\"",
            ",\"typ\":\" JWT\"",
            ",\"typ\":null",
            ",\"typ\":1",
            ",\"typ\":[\"JWT\"]",
            ",\"cty\":\"JWT\"",
            ",\"cty\":\"application/jwt\"",
            ",\"enc\":\"A256GCM\",\"cty\":\"JWT\"")) {
      all.add(bad("header " + more, signed(header(more), payload(""))));
    }
    all.add(bad("header is a list", signed("[]", payload(""))));
    all.add(bad("header is text", signed("\"RS256\"", payload(""))));
    for (String text :
        List.of("[]", "null", "1", "\"root\"", "", "{", "{}", "\ufeff" + payload(""))) {
      all.add(bad("payload " + text, signed(header(""), text)));
    }
    all.add(bad("nested", signed(header(""), token().build())));
    all.add(bad("nested, said so", signed(header(",\"cty\":\"JWT\""), token().build())));
    return all.stream();
  }

  static Stream<Arguments> encrypted() throws JOSEException {
    JWEObject jwe =
        new JWEObject(
            new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM)
                .keyID(key().getKeyID())
                .contentType("JWT")
                .build(),
            new Payload(token().build()));
    jwe.encrypt(new RSAEncrypter(key().toRSAKey().toRSAPublicKey()));
    return Stream.of(bad("JWE", jwe.serialize()));
  }

  static Stream<Arguments> outOfTime() {
    return Stream.of(
            Stream.of(
                bad("expired", token().expiresIn(Duration.ofHours(-1)).build()),
                bad(
                    "expired for more than the skew",
                    token().expiresIn(Duration.ofSeconds(-62)).build()),
                bad("not yet valid", token().notBefore(Duration.ofHours(1)).build()),
                bad("no exp", token().claim("exp", null).build())),
            Stream.of(
                    "null",
                    "\"4000000000\"",
                    "true",
                    "[4000000000]",
                    "{}",
                    "-1",
                    "0",
                    "1e400",
                    "1e999999999",
                    "9".repeat(40),
                    "9223372036854775807",
                    "\"never\"",
                    "\"NaN\"",
                    "1e15")
                .map(
                    exp ->
                        bad(
                            "exp " + exp,
                            signed(header(""), payloadWithout("exp", "\"exp\":" + exp + ",")))),
            Stream.of("null", "\"0\"", "true", "[]", "-1", "1e400")
                .map(nbf -> bad("nbf " + nbf, signed(header(""), payload(",\"nbf\":" + nbf)))))
        .flatMap(stream -> stream);
  }

  static Stream<Arguments> ofAnotherIssuerOrAudience() {
    String issuer = guarded.issuer().issuerUri();
    return Stream.concat(
        Stream.of(
                "null",
                "\"\"",
                "[]",
                "[\"\"]",
                "\"Trino\"",
                "\"trin\"",
                "\"trino2\"",
                "\"my-trino\"",
                "\" trino\"",
                "\"trino \"",
                "\"trino,other\"",
                "\"other trino\"",
                "[\"other\"]",
                "[\"trino\",1]",
                "[[\"trino\"]]",
                "{\"trino\":true}",
                "1",
                "true",
                "\"*\"",
                "\"trino\\u0000\"")
            .map(
                aud ->
                    bad(
                        "aud " + aud,
                        signed(header(""), payloadWithout("aud", "\"aud\":" + aud + ",")))),
        Stream.concat(
            Stream.of(
                bad("no aud", signed(header(""), payloadWithout("aud", ""))),
                bad("no iss", signed(header(""), payloadWithout("iss", "")))),
            Stream.of(
                    "\"" + issuer + "/\"",
                    "\"" + issuer.toUpperCase(Locale.ROOT) + "\"",
                    "\"" + issuer.replace("acme", "ACME") + "\"",
                    "\"" + issuer + " \"",
                    "\" " + issuer + "\"",
                    "\"" + issuer + "?\"",
                    "\"" + issuer + "#\"",
                    "\"" + issuer + "/../acme\"",
                    "\"" + issuer.replace("127.0.0.1", "localhost") + "\"",
                    "\"" + issuer.replace("acme", "%61cme") + "\"",
                    "\"" + issuer.replace("/acme", "//acme") + "\"",
                    "\"" + issuer.substring(0, issuer.length() - 1) + "\"",
                    "[\"" + issuer + "\"]",
                    "null",
                    "\"\"",
                    "1",
                    "{}",
                    "\"acme\"",
                    "\"" + trap.uri() + "\"")
                .map(
                    iss ->
                        bad(
                            "iss " + iss,
                            signed(header(""), payloadWithout("iss", "\"iss\":" + iss + ","))))));
  }

  static Stream<Arguments> badlySigned() {
    String good = token().build();
    int dot = good.lastIndexOf('.');
    String input = good.substring(0, dot);
    String signature = good.substring(dot + 1);
    String foreign = token().claim("sub", "x").build();
    String foreignSignature = foreign.substring(foreign.lastIndexOf('.') + 1);
    String last = signature.substring(0, signature.length() - 1);
    String head = good.substring(0, good.indexOf('.'));
    String evil = CraftedToken.encode(payload(",\"preferred_username\":\"admin\""));
    return Stream.of(
        bad("truncated", input + "." + signature.substring(0, 100)),
        bad("one character short", input + "." + last),
        bad("one byte", input + ".AA"),
        bad("zeros", input + "." + CraftedToken.encode(new byte[256])),
        bad("ones", input + "." + CraftedToken.encode(ones())),
        bad("of another token", input + "." + foreignSignature),
        bad("other payload", head + "." + evil + "." + signature),
        bad("reversed", input + "." + new StringBuilder(signature).reverse()),
        bad("padded", good + "=="),
        bad("padded once", good + "="),
        bad("stray bits", input + "." + last + next(signature.charAt(signature.length() - 1))),
        bad("standard base64", input + "." + signature.replace('-', '+').replace('_', '/') + "+/"),
        bad("doubled", good + good),
        bad("with junk", good + "x"),
        bad("with more junk", good + "AAAA"),
        bad("with a dot", good + "."),
        bad("with a tilde", good + "~"),
        bad("SD-JWT", good + "~disclosure~"),
        bad("padded header", head + "=" + good.substring(head.length())),
        bad("1 MB", input + "." + signature + "A".repeat(1_000_000)),
        bad("1 MB of claims", token().claim("large", "x".repeat(1_000_000)).build()));
  }

  private static byte[] ones() {
    byte[] ones = new byte[256];
    Arrays.fill(ones, (byte) 0xff);
    return ones;
  }

  /** Another character that holds the same two bits, which are all that count at the end. */
  private static char next(char c) {
    String digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    return digits.charAt(digits.indexOf(c) ^ 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "unsigned",
    "confused",
    "injectedForAKnownKey",
    "malformed",
    "encrypted",
    "outOfTime",
    "ofAnotherIssuerOrAudience",
    "badlySigned"
  })
  void refusesTheToken(String what, String token) {
    for (RawResponse answer : answers(token)) {
      assertUnauthenticated(what, token, answer);
    }
    guarded.assertNothingArrived();
  }

  /** 503 while it is too early to ask the issuer once more whether it has such a key. */
  @ParameterizedTest(name = "{0}")
  @MethodSource({"injected", "ofAnotherKey", "keyIds"})
  void refusesTheTokenOfAKeyThatIsNotTheIssuers(String what, String token) {
    for (RawResponse answer : answers(token)) {
      if (answer.status() == 503) {
        assertThat(answer.headers("Retry-After")).hasSize(1);
        assertThat(answer.headers("WWW-Authenticate")).isEmpty();
        assertTellsLittle(answer, token);
      } else {
        assertUnauthenticated(what, token, answer);
      }
    }
    guarded.assertNothingArrived();
  }

  private static List<RawResponse> answers(String token) {
    String line = "Authorization: Bearer " + token;
    return List.of(
        guarded.exchange(GuardedOrigin.request("POST", "/v1/statement", line)),
        guarded.exchange(GuardedOrigin.request("GET", "/v1/statement/executing/x/y/1", line)));
  }

  private static void assertUnauthenticated(String what, String token, RawResponse answer) {
    assertThat(answer.status()).as("%s: %s", what, answer.body()).isEqualTo(401);
    assertThat(answer.headers("WWW-Authenticate")).hasSize(1);
    // RFC 6750, section 3: the characters of error_description
    assertThat(answer.headers("WWW-Authenticate").getFirst())
        .startsWith(WRONG_TOKEN)
        .matches("[^,]+, error=\"invalid_token\", error_description=\"[ !#-\\[\\]-~]+\"");
    assertTellsLittle(answer, token);
  }

  private static void assertTellsLittle(RawResponse answer, String token) {
    assertThat(answer.headers("Content-Type").getFirst()).startsWith("text/plain");
    assertThat(answer.headers("Cache-Control")).containsExactly("no-store");
    assertThat(answer.body()).endsWith("\n").hasSizeLessThan(230);
    assertThat(answer.body().strip()).isNotEmpty().doesNotContain("\n");
    assertThat(answer.head() + answer.body())
        .doesNotContain(CANARY, "root", guarded.issuer().issuerUri(), "dev.passgate", "nimbus");
    if (token.length() > 20) {
      assertThat(answer.head() + answer.body()).doesNotContain(token.substring(0, 20));
    }
  }

  static Stream<Arguments> noTokens() {
    String good = guarded.token();
    return Stream.of(
        Arguments.of(new String[] {}, false),
        Arguments.of(new String[] {"Authorization: Basic cm9vdDo="}, false),
        Arguments.of(new String[] {"Authorization: Basic " + good}, false),
        Arguments.of(new String[] {"Authorization: Negotiate YII="}, false),
        Arguments.of(new String[] {"Authorization: DPoP " + good}, false),
        Arguments.of(new String[] {"Authorization: Token " + good}, false),
        Arguments.of(new String[] {"Authorization: Bearers " + good}, false),
        Arguments.of(new String[] {"Authorization: Bearer" + good}, false),
        Arguments.of(new String[] {"Authorization: Bearer=" + good}, false),
        Arguments.of(new String[] {"Authorization: Bearer:" + good}, false),
        Arguments.of(new String[] {"Authorization: \"Bearer " + good + "\""}, false),
        Arguments.of(new String[] {"Authorization: " + good}, false),
        Arguments.of(new String[] {"Authorization:"}, false),
        Arguments.of(new String[] {"Authorization: Bearer"}, true),
        Arguments.of(new String[] {"Authorization: Bearer   "}, true),
        Arguments.of(new String[] {"Authorization: Bearer\t" + good}, false),
        Arguments.of(new String[] {"Authorization: Bearer ="}, true),
        Arguments.of(new String[] {"Authorization: Bearer \t" + good}, true),
        Arguments.of(new String[] {"Authorization: Bearer \"" + good + "\""}, true),
        Arguments.of(new String[] {"Authorization: Bearer " + good + " " + good}, true),
        Arguments.of(new String[] {"Authorization: Bearer " + good + "," + good}, true),
        Arguments.of(new String[] {"Authorization: Bearer " + good + ", Bearer " + good}, true),
        Arguments.of(new String[] {"Authorization: Bearer " + good + ";x"}, true),
        Arguments.of(new String[] {"Authorization: Bearer Bearer " + good}, true),
        Arguments.of(
            new String[] {"Authorization: Bearer " + good.replaceFirst("\\.", " .")}, true),
        Arguments.of(
            new String[] {"Authorization: Bearer " + good.replaceFirst("\\.", "\t.")}, true),
        Arguments.of(new String[] {"Authorization: Bearer " + good + "\u00e9"}, true),
        Arguments.of(new String[] {"Authorization: Bearer token=" + good}, true),
        Arguments.of(
            new String[] {"Authorization: Bearer " + good, "Authorization: Bearer " + good}, true),
        Arguments.of(
            new String[] {"Authorization: Basic cm9vdDo=", "Authorization: Bearer " + good}, true),
        Arguments.of(
            new String[] {"Authorization: Bearer " + good, "authorization: Basic cm9vdDo="}, true),
        Arguments.of(new String[] {"Authorization: Bearer " + good, "AUTHORIZATION:"}, true),
        Arguments.of(new String[] {"Authorization_: Bearer " + good}, false),
        Arguments.of(new String[] {"Proxy-Authorization: Bearer " + good}, false),
        Arguments.of(new String[] {"X-Authorization: Bearer " + good}, false),
        Arguments.of(new String[] {"X-Forwarded-Access-Token: " + good}, false),
        Arguments.of(new String[] {"Cookie: access_token=" + good}, false),
        Arguments.of(new String[] {"Cookie: idtoken=" + good}, false));
  }

  @ParameterizedTest
  @MethodSource("noTokens")
  void refusesWhatHoldsNoSingleToken(String[] lines, boolean isBearer) {
    RawResponse answer = guarded.exchange(GuardedOrigin.request("POST", "/v1/statement", lines));

    assertThat(answer.status()).as(answer.body()).isEqualTo(401);
    String challenge = answer.headers("WWW-Authenticate").getFirst();
    if (isBearer) {
      assertThat(challenge).startsWith(WRONG_TOKEN);
    } else {
      // RFC 6750, section 3.1: no error where there was no token.
      assertThat(challenge).isEqualTo(CHALLENGE);
    }
    assertTellsLittle(answer, guarded.token());
    guarded.assertNothingArrived();
  }

  @ParameterizedTest
  @ValueSource(strings = {"access_token", "token", "bearer", "idtoken", "id_token", "jwt"})
  void takesNoTokenFromTheQueryOrTheBody(String name) {
    String parameter = name + "=" + guarded.token();
    RawResponse inQuery = guarded.exchange(GuardedOrigin.request("GET", "/ui/x?" + parameter));
    RawResponse inBody =
        guarded.exchange(
            GuardedOrigin.withBody(
                "POST",
                "/v1/statement",
                parameter,
                "Content-Type: application/x-www-form-urlencoded"));

    assertThat(inQuery.status()).isEqualTo(401);
    assertThat(inBody.status()).isEqualTo(401);
    assertThat(inQuery.head() + inQuery.body() + inBody.head() + inBody.body())
        .doesNotContain(guarded.token());
    guarded.assertNothingArrived();
  }

  @Test
  void refusesARefusedTokenAgainAfterAGoodOne() {
    String good = token().build();
    String forged = good.substring(0, good.lastIndexOf('.')) + "." + CraftedToken.encode(ones());
    for (int i = 0; i < 3; i++) {
      guarded.reset();
      assertThat(status(good)).isEqualTo(200);
      assertThat(status(forged)).isEqualTo(401);
      guarded.assertArrived("POST /v1/statement [root]");
    }
  }

  private static int status(String token) {
    return guarded
        .exchange(GuardedOrigin.request("POST", "/v1/statement", "Authorization: Bearer " + token))
        .status();
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        Arguments.of("Bearer", token().build()),
        Arguments.of("bearer", token().build()),
        Arguments.of("BEARER  ", token().build()),
        Arguments.of("bEaReR" + " ".repeat(100), token().build()),
        Arguments.of("Bearer", token().header("typ", "at+jwt").build()),
        Arguments.of("Bearer", token().header("typ", "AT+JWT").build()),
        Arguments.of("Bearer", token().header("typ", "application/at+jwt").build()),
        Arguments.of("Bearer", token().header("typ", "jwt").build()),
        Arguments.of("Bearer", token().header("typ", null).build()),
        Arguments.of("Bearer", token().header("kid", null).build()),
        Arguments.of("Bearer", token().claim("aud", "trino").build()),
        Arguments.of("Bearer", token().audience("other", "trino").build()),
        Arguments.of(
            "Bearer", token().claim("iat", null).expiresIn(Duration.ofSeconds(-30)).build()),
        Arguments.of("Bearer", token().notBefore(Duration.ofSeconds(30)).build()),
        Arguments.of("Bearer", token().claim("large", "x".repeat(40_000)).build()),
        // What the header offers is not looked at where the key is the issuer's own.
        Arguments.of("Bearer", token().header("jku", trap.uri() + "/jwks").build()),
        Arguments.of("Bearer", token().header("x5u", trap.uri() + "/x5u").build()),
        Arguments.of("Bearer", token().header("x5t", "AAAA").build()),
        Arguments.of("Bearer", other.token("root").build()));
  }

  @ParameterizedTest
  @MethodSource("accepted")
  void acceptsAGoodToken(String scheme, String token) {
    RawResponse answer =
        guarded.exchange(
            GuardedOrigin.request(
                "POST", "/v1/statement", "Authorization: " + scheme + " " + token));

    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    guarded.assertArrived("POST /v1/statement [root]");
  }

  private static String shortened(String text) {
    return text.length() > 60 ? text.substring(0, 60) : text;
  }
}
