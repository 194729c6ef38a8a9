package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.http.RawHttp;
import dev.passgate.testing.http.RawResponse;
import dev.passgate.testing.http.RecordedRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts to be somebody else, or to come from somewhere else, by headers. */
class HeaderAttackIT {

  private static final String BODY = "SELECT 1";

  enum Way {
    STATEMENT("POST", "/v1/statement", true),
    POLL("GET", "/v1/statement/executing/20260101_000000_00000_abcde/y0123456789abcdef/1", true),
    CANCEL("DELETE", "/v1/statement/queued/20260101_000000_00000_abcde/y0123456789abcdef/1", true),
    UI("GET", "/ui/api/stats", true),
    QUERY("GET", "/v1/query", true),
    INFO("GET", "/v1/info", false);

    private final String method;
    private final String target;
    private final boolean identified;

    Way(String method, String target, boolean identified) {
      this.method = method;
      this.target = target;
      this.identified = identified;
    }

    /** With the good token, on public paths too. */
    String with(String... lines) {
      List<String> all = new ArrayList<>(List.of(guarded.authorization()));
      all.addAll(Arrays.asList(lines));
      String body = this == STATEMENT ? BODY : "";
      return GuardedOrigin.withBody(method, target, body, all.toArray(String[]::new));
    }
  }

  private static final List<String> NEVER_FORWARDED =
      List.of(
          "X-Trino-User",
          "X-Trino-Original-User",
          "X-Trino-Original-Roles",
          "X-Trino-Internal-Bearer",
          "X-Trino-Current-Version",
          "X-Trino-Max-Wait",
          "X-Trino-Max-Size",
          "X-Trino-Task-Instance-Id",
          "X-Trino-Page-Sequence-Id",
          "X-Trino-Page-Token",
          "X-Trino-Page-End-Sequence-Id",
          "X-Trino-Buffer-Complete",
          "X-Trino-Buffer-Remaining-Bytes",
          "X-Trino-Task-Failed",
          "X-Trino-Set-Authorization-User",
          "X-Trino-Whatever-Comes-Next",
          "X-Presto-User",
          "X-Presto-Original-User",
          "X-Presto-Catalog",
          "X-Presto-Session",
          "X-Presto-Internal-Bearer",
          "Forwarded",
          "X-Forwarded",
          "X-Forwarded-For",
          "X-Forwarded-Host",
          "X-Forwarded-Proto",
          "X-Forwarded-Port",
          "X-Forwarded-Prefix",
          "X-Forwarded-User",
          "X-Real-IP",
          "X-Original-URL",
          "X-Rewrite-URL",
          "idtoken",
          "Proxy-Authorization",
          "Proxy-Connection",
          "Keep-Alive",
          "TE",
          "Trailer");

  private static final Map<Way, List<String>> PLAIN = new EnumMap<>(Way.class);

  private static GuardedOrigin guarded;

  @BeforeAll
  static void start() {
    // The idtoken header is a source otherwise: CredentialSourceIT.
    guarded =
        GuardedOrigin.start(settings -> settings.with("passgate.authentication.sources", "bearer"));
  }

  @AfterAll
  static void stop() {
    guarded.close();
  }

  @BeforeEach
  void reset() {
    guarded.reset();
  }

  @ParameterizedTest
  @EnumSource
  void addsNothingButTheUser(Way way) {
    RecordedRequest arrived = arrivalOf(way, way.with("User-Agent: test", "Accept: a/b"));

    List<String> expected =
        new ArrayList<>(
            List.of("host: " + guarded.origin().uri().getAuthority(), "user-agent: test"));
    expected.add("accept: a/b");
    if (way.identified) {
      expected.add("x-trino-user: alice");
    }
    if (way == Way.STATEMENT) {
      expected.add("content-length: 8");
    }
    if (way.target.startsWith("/v1/statement") || way.target.startsWith("/v1/query")) {
      expected.add("accept-encoding: identity");
    }
    assertThat(arrived.headerLines())
        .map(HeaderAttackIT::lowerCaseName)
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  static Stream<Arguments> ways() {
    return Arrays.stream(Way.values())
        .flatMap(way -> NEVER_FORWARDED.stream().map(name -> Arguments.of(way, name)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void dropsTheHeaderHoweverItIsSpelt(Way way, String name) {
    List<String> plain = plain(way);
    for (String spelling : spellings(name)) {
      assertArrivesAs(plain, way, spelling + ": root");
    }
    assertArrivesAs(
        plain, way, spellings(name).stream().map(s -> s + ": root").toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void dropsTheHeaderWhateverItHolds(Way way, String name) {
    List<String> plain = plain(way);
    String large = "r".repeat(100_000);
    for (String value : List.of("", "  ", "alice", "root,alice", "a, \t,b", "r\u00e9", large)) {
      assertArrivesAs(plain, way, name + ":" + value);
    }
    assertArrivesAs(plain, way, name + ": alice", name + ": root", name + ":");
    // obs-fold, RFC 9112, section 5.2
    for (String folded : List.of(":\r\n root", ": ro\r\n\tot", ":\r\n\t\r\n root", ": root\r\n ")) {
      assertArrivesAsOrIsRefused(plain, way, name + folded);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void dropsTheHeaderThoughConnectionNamesIt(Way way, String name) {
    List<String> plain = plain(way);
    String odd = odd(name);
    assertArrivesAs(plain, way, "Connection: " + name);
    assertArrivesAs(plain, way, "Connection: " + name, name + ": root");
    assertArrivesAs(plain, way, name + ": root", "cOnnection: ,, " + odd + " ,");
    assertArrivesAs(plain, way, "Connection: keep-alive", name + ": root", "Connection: " + odd);
  }

  static Stream<Arguments> nominations() {
    return Arrays.stream(Way.values())
        .flatMap(
            way ->
                Stream.of(
                        "X-Trino-User",
                        "x-trino-user",
                        "X-TRINO-USER\t",
                        "close, X-Trino-User",
                        "X-Trino-User, close",
                        "keep-alive,X-Trino-User",
                        "upgrade, X-Trino-User",
                        "\"X-Trino-User\"",
                        "X-Trino-User;q=1",
                        "Host",
                        "Content-Length",
                        "Transfer-Encoding",
                        "Authorization",
                        "Connection",
                        "*")
                    .map(value -> Arguments.of(way, value)));
  }

  @ParameterizedTest
  @MethodSource("nominations")
  void keepsItsOwnHeadersWhateverConnectionNames(Way way, String value) {
    List<String> users = way.identified ? List.of("alice") : List.of();

    RecordedRequest arrived = arrivalOf(way, way.with("Connection: " + value));

    assertThat(arrived.headers("X-Trino-User")).isEqualTo(users);
    assertThat(arrived.headers("Host")).containsExactly(guarded.origin().uri().getAuthority());
    assertThat(arrived.headers("Connection")).isEmpty();
    assertThat(arrived.headers("Authorization")).isEmpty();
    assertThat(arrived.body()).isEqualTo(way == Way.STATEMENT ? BODY : "");
  }

  @Test
  void dropsWhatConnectionNames() {
    List<String> plain = plain(Way.STATEMENT);

    assertArrivesAs(
        plain,
        Way.STATEMENT,
        "X-Hop: 1",
        "Connection: X-HOP",
        "X-Trino-Source: cli",
        "X-Other: 1",
        "Connection: keep-alive, x-trino-source , x-other");
  }

  @ParameterizedTest
  @EnumSource
  void neverForwardsAuthorization(Way way) {
    assertThat(plain(way)).noneMatch(line -> line.contains(guarded.token()));
    assertArrivesAs(plain(way), way, "Proxy-Authorization: " + guarded.token());
  }

  @ParameterizedTest
  @EnumSource
  void neverForwardsAuthorizationOfAnotherKindToPublicPaths(Way way) {
    if (way.identified) {
      return;
    }
    RawResponse answer =
        guarded.exchange(
            GuardedOrigin.request(
                way.method,
                way.target,
                "Authorization: Basic cm9vdDo=",
                "AUTHORIZATION: Bearer x",
                "User-Agent: test",
                "Accept: */*"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(guarded.onlyArrival().headerLines())
        .noneMatch(line -> lowerCaseName(line).startsWith("authorization"))
        .noneMatch(line -> lowerCaseName(line).startsWith("x-trino-user"));
  }

  static Stream<Arguments> badNames() {
    return Stream.of(
            "X-Trino-User : root",
            "X-Trino-User\t: root",
            " X-Trino-User: root",
            "\tX-Trino-User: root",
            "X-Trino-User\0: root",
            "\0X-Trino-User: root",
            "X-Trino\0-User: root",
            "X-Trino-Us\u00e9r: root",
            "\u00e2\u0080\u008bX-Trino-User: root",
            "X\u00e2\u0080\u0090Trino\u00e2\u0080\u0090User: root",
            "X-Trino-\u017fer: root".replace('\u017f', '\u00ff'),
            "X-Trino-User\r: root",
            "X-Trino-User",
            ": root",
            "X-Trino-User\u000b: root",
            "X-Trino-User\u0085: root",
            "X-Trino-User\u00a0: root",
            "X Trino User: root",
            "X-Trino-User;: root",
            "X-Trino-User(: root",
            "\"X-Trino-User\": root",
            "X/Trino/User: root",
            "X-Trino-User@: root",
            "X-Trino-Source: a\0X-Trino-User: root",
            "X-Trino-Source: a\rX-Trino-User: root",
            "X-Trino-Source: a\nX-Trino-User: root",
            "X-Trino-Source: a\n\rX-Trino-User: root",
            "X-Trino-Source: a\u000bX-Trino-User: root",
            "X-Trino-Source: a\u0085X-Trino-User: root")
        .flatMap(line -> Stream.of(Way.STATEMENT, Way.INFO).map(way -> Arguments.of(way, line)));
  }

  @ParameterizedTest
  @MethodSource("badNames")
  void refusesOrDropsWhatIsNoHeader(Way way, String line) {
    List<String> plain = plain(way);
    // After a header, before one, and as the first line, where a folded one has nothing to go on.
    String first =
        way.with("User-Agent: test", "Accept: */*").replaceFirst("\r\n", "\r\n" + line + "\r\n");
    for (String request : List.of(attacked(way, line), attacked(way, line, "X-Hop: 1"), first)) {
      guarded.reset();
      RawResponse answer = guarded.exchange(request);
      if (answer.status() == 400) {
        assertThat(answer.body()).doesNotContain("root");
        guarded.assertNothingArrived();
        continue;
      }
      assertThat(answer.status()).isEqualTo(200);
      assertThat(guarded.onlyArrival().headers("X-Trino-User"))
          .isEqualTo(way.identified ? List.of("alice") : List.of());
      assertThat(guarded.onlyArrival().headerLines())
          .filteredOn(arrived -> !plain.contains(arrived) && !arrived.equals("X-Hop: 1"))
          .allMatch(arrived -> isOneValue(arrived), "the value of one allowed header");
    }
  }

  /** A folded line goes on with the value before it; it is no header there or at the origin. */
  private static boolean isOneValue(String line) {
    String lower = line.toLowerCase(Locale.ROOT);
    return (lower.startsWith("x-trino-source: a")
            || lower.startsWith("accept: */* ")
            || lower.startsWith("accept: */*\t"))
        && line.chars().noneMatch(c -> c < 0x20 || c == 0x7f);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-Trino-User: root",
        "x_trino_user: root",
        "X-Trino-Original-User: root",
        "X-Trino-Internal-Bearer: root",
        "Authorization: Basic cm9vdDo=",
        "Content-Length: 100",
        "Transfer-Encoding: chunked",
        "Host: evil.example",
        "X-Trino-Catalog: root"
      })
  void dropsTrailers(String trailer) {
    String name = trailer.substring(0, trailer.indexOf(':'));
    for (String[] lines :
        List.of(
            new String[] {"Transfer-Encoding: chunked"},
            new String[] {"Transfer-Encoding: chunked", "TE: trailers", "Trailer: " + name},
            new String[] {"Connection: TE", "TE: trailers", "Transfer-Encoding: chunked"})) {
      guarded.reset();
      List<String> all = new ArrayList<>(List.of(guarded.authorization()));
      all.addAll(List.of(lines));
      String head = GuardedOrigin.request("POST", "/v1/statement", all.toArray(String[]::new));
      try (RawHttp connection = guarded.connect()) {
        RawResponse answer =
            connection.send(head + "8\r\nSELECT 1\r\n0\r\n" + trailer + "\r\n\r\n").read();
        if (answer.status() == 400) {
          guarded.assertNothingArrived();
          continue;
        }
        assertThat(answer.status()).isEqualTo(200);
        RecordedRequest arrived = guarded.onlyArrival();
        assertThat(arrived.headers("X-Trino-User")).containsExactly("alice");
        assertThat(arrived.body()).isEqualTo(BODY);
        assertThat(arrived.head()).doesNotContain("root", "evil", "cm9v", "railer");
        guarded.assertArrived("POST /v1/statement [alice]");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"h2c", "websocket", "TLS/1.0", "HTTP/2.0"})
  void doesNotUpgrade(String protocol) {
    for (Way way : Way.values()) {
      assertArrivesAs(
          plain(way),
          way,
          "Connection: Upgrade, HTTP2-Settings",
          "Upgrade: " + protocol,
          "HTTP2-Settings: AAMAAABkAAQAAP__");
    }
  }

  @ParameterizedTest
  @EnumSource
  void passesTheHeadersOfTheProtocolByteForByte(Way way) {
    String[] allowed = {
      "X-Trino-Catalog: tpch",
      "X-Trino-Schema: tiny",
      "X-Trino-Session: query_max_run_time=10m,a=b%2Cc",
      "X-Trino-Session: hash_partition_count=4",
      "X-Trino-Prepared-Statement: a=SELECT+%3F%2C+%27x%27",
      "X-Trino-Prepared-Statement: b=" + "SELECT+1%0A".repeat(10_000),
      "X-Trino-Client-Tags: one, two,,three",
      "X-Trino-Client-Info: {\"a\": \"b\\\"c\"}",
      "X-Trino-Client-Capabilities: PATH,PARAMETRIC_DATETIME",
      "X-Trino-Source: trino-cli \t(x; y)",
      "X-Trino-Extra-Credential: test.token=abc%3D",
      "X-Trino-Extra-Credential: other=1",
      "X-Trino-Transaction-Id: NONE",
      "X-Trino-Role: system=ROLE{admin}",
      "X-Trino-Role: hive=NONE",
      "X-Trino-Path: a.b,\"c d\"",
      "X-Trino-Time-Zone: Europe/Berlin",
      "X-Trino-Language: de-DE",
      "X-Trino-Trace-Token: 0af7651916cd43dd8448eb211c80319c",
      "X-Trino-Resource-Estimate: CPU_TIME=1h",
      "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      "Accept-Language: de, en;q=0.5",
      "Cookie: a=b; c=\"d\"",
      "X-Anything: a  b"
    };
    List<String> expected = new ArrayList<>(plain(way));
    expected.addAll(List.of(allowed));

    assertArrivesAs(expected, way, allowed);
  }

  static Stream<Arguments> claims() {
    return Stream.of(
            "",
            " ",
            "\t",
            " alice",
            "alice ",
            "\u00a0",
            "alice,root",
            "root,",
            ",",
            "alice\r\nX-Trino-User: root",
            "alice\nroot",
            "alice\rroot",
            "\r\n",
            "alice\r\n root",
            "alice\0",
            "\0",
            "alice\troot",
            "alice\u007f",
            "alic\u00e9",
            "\uff41lice",
            "alice\u202eecila",
            "alice\u200b",
            "\u212alice",
            "alice\u2028",
            "alice\u010d\u010aX-Trino-User: root",
            "\ud83d\ude00",
            "a".repeat(300),
            1,
            1.5,
            true,
            false,
            List.of("root"),
            List.of(),
            Map.of("name", "root"),
            Map.of())
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("claims")
  void refusesAClaimThatNamesNoUser(Object value) {
    String token = guarded.issuer().token("alice").claim("preferred_username", value).build();
    assertForbidden(token, value);
  }

  @Test
  void refusesATokenThatNamesNoUser() {
    String token =
        guarded
            .issuer()
            .token("alice")
            .claim("preferred_username", null)
            .claim("sub", null)
            .build();
    assertForbidden(token, "alice");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"null", "\"\\ud800\"", "\"alice\\u0000\"", "[\"root\"]", "[[]]", "{\"\":{}}"})
  void refusesAClaimThatIsNoNameInsteadOfAskingTheNext(String value) {
    String header =
        "{\"alg\":\"RS256\",\"kid\":\"" + guarded.issuer().signingKey().getKeyID() + "\"}";
    String payload =
        "{\"iss\":\""
            + guarded.issuer().issuerUri()
            + "\",\"aud\":\"trino\",\"exp\":4000000000,\"sub\":\"root\",\"preferred_username\":"
            + value
            + "}";
    assertForbidden(CraftedToken.rs256(header, payload, guarded.issuer().signingKey()), "root");
  }

  private static void assertForbidden(String token, Object value) {
    for (Way way : Way.values()) {
      if (!way.identified) {
        continue;
      }
      RawResponse answer =
          guarded.exchange(
              GuardedOrigin.request(way.method, way.target, "Authorization: Bearer " + token));
      assertThat(answer.status()).as(answer.body()).isEqualTo(403);
      assertThat(answer.headers("WWW-Authenticate")).isEmpty();
      assertThat(answer.body().strip()).hasSizeLessThan(300).doesNotContain("\n");
      if (value.toString().strip().length() > 3) {
        assertThat(answer.text()).doesNotContain(value.toString());
      }
    }
    guarded.assertNothingArrived();
  }

  /** The headers that arrive when nothing is attacked. */
  private static List<String> plain(Way way) {
    return PLAIN.computeIfAbsent(
        way,
        _ -> {
          guarded.reset();
          List<String> lines = arrivalOf(way, attacked(way)).headerLines();
          guarded.reset();
          return lines;
        });
  }

  private static String attacked(Way way, String... lines) {
    List<String> all = new ArrayList<>(List.of("User-Agent: test", "Accept: */*"));
    all.addAll(Arrays.asList(lines));
    return way.with(all.toArray(String[]::new));
  }

  private static void assertArrivesAs(List<String> expected, Way way, String... lines) {
    guarded.reset();
    assertThat(arrivalOf(way, attacked(way, lines)).headerLines())
        .as("sent %s", Arrays.stream(lines).map(HeaderAttackIT::shortened).toList())
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  private static void assertArrivesAsOrIsRefused(List<String> expected, Way way, String line) {
    guarded.reset();
    RawResponse answer = guarded.exchange(attacked(way, line));
    if (answer.status() == 400) {
      guarded.assertNothingArrived();
    } else {
      assertArrivesAs(expected, way, line);
    }
  }

  private static String shortened(String line) {
    return line.length() > 200 ? line.substring(0, 200) : line;
  }

  private static RecordedRequest arrivalOf(Way way, String request) {
    RawResponse answer = guarded.exchange(request);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    RecordedRequest arrived = guarded.onlyArrival();
    assertThat(arrived.method()).isEqualTo(way.method);
    assertThat(arrived.target()).isEqualTo(way.target);
    return arrived;
  }

  private static String lowerCaseName(String line) {
    int colon = line.indexOf(':');
    return line.substring(0, colon).toLowerCase(Locale.ROOT) + line.substring(colon);
  }

  private static Set<String> spellings(String name) {
    Set<String> spellings = new LinkedHashSet<>();
    spellings.add(name);
    spellings.add(name.toLowerCase(Locale.ROOT));
    spellings.add(name.toUpperCase(Locale.ROOT));
    spellings.add(odd(name));
    for (char stand : new char[] {'_', '.'}) {
      spellings.add(name.replace('-', stand));
      for (int i = name.indexOf('-'); i >= 0; i = name.indexOf('-', i + 1)) {
        spellings.add(name.substring(0, i) + stand + name.substring(i + 1));
      }
    }
    return spellings;
  }

  private static String odd(String name) {
    StringBuilder odd = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      odd.append(i % 2 == 0 ? Character.toLowerCase(c) : Character.toUpperCase(c));
    }
    return odd.toString();
  }
}
