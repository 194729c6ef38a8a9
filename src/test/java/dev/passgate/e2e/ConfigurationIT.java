package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.e2e.ApplicationAttempts.Attempt;
import dev.passgate.testing.BesideOthers;
import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A wrong value stops the start, and the person who made it reads which and why. */
@BesideOthers
class ConfigurationIT {

  private static final String ACME = "passgate.issuers.acme.";
  private static final String MAIN = "passgate.clusters.main.";
  private static final String ROUTE = "spring.cloud.gateway.server.webflux.routes[0].";

  private static ApplicationAttempts attempts;

  @BeforeAll
  static void begin() {
    attempts = ApplicationAttempts.begin();
  }

  @AfterAll
  static void end() {
    attempts.close();
  }

  private static Gateway.Builder good() {
    return Gateway.inFrontOf(URI.create("http://127.0.0.1:1"))
        .trust("acme", "http://127.0.0.1:1/acme");
  }

  /** One message, and nothing to search it in. */
  private static void assertStops(Gateway.Builder wrong, String... message) {
    Attempt start = attempts.start(wrong);

    assertThat(start.hasFailed()).as("a gateway with a wrong value must not start").isTrue();
    assertThat(start.output())
        .contains("APPLICATION FAILED TO START")
        .contains("Description:\n\n")
        .contains(message)
        .doesNotContain("\tat ")
        .doesNotContain("Caused by:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          passgate.clusters.main.url | trino:8080 | http(s)://host[:port] of a Trino coordinator
          passgate.clusters.main.url | http://trino:8080/path | http(s)://host[:port] of a
          passgate.clusters.main.url | http://trino:99999 | http(s)://host[:port] of a
          passgate.external-url | https://trino.example.com/prefix | http(s)://host[:port], without
          passgate.external-url | trino.example.com | http(s)://host[:port], without a path
          passgate.external-url | ftp://trino.example.com | http(s)://host[:port], without a path
          passgate.authentication.failure-status | 418 | 401 or 403
          passgate.limits.answer-pause | PT0S | a duration of at least 1ms
          passgate.limits.answer-pause | PT-1S | a duration of at least 1ms
          passgate.limits.request-head-time | PT-1S | a duration of at least 1ms
          passgate.limits.request-body-pause | PT-1S | a duration of at least 1ms
          passgate.limits.request-body | 0B | a size of at least 1B
          passgate.limits.request-body | -1B | a size of at least 1B
          passgate.issuers.acme.issuer-uri | idp.example | an absolute https or http URI
          passgate.issuers.acme.jwk-set-uri | keys.json | an absolute https or http URI
          passgate.issuers.acme.user.pattern | ( | a regular expression
          passgate.issuers.acme.user.case | title | keep, lower or upper
          passgate.issuers.acme.user.rules-file | /nowhere/rules.json | a file in the form of Trino's
          passgate.issuers.acme.trino.roles.mode | merge | replace, which can stand alone
          passgate.issuers.acme.trino.extra-credentials.mode | add | replace, which can stand alone
          passgate.issuers.acme.max-lifetime | PT0S | a duration from PT1S
          passgate.issuers.acme.allowed-users | ( | a regular expression
          passgate.issuers.acme.deny-list | /nowhere/deny.json | a JSON file with jti, sub
          passgate.issuers.acme.routes | nowhere | ids of routes: [info, openapi, poll, query, segment, sql, statement, token, ui, validate]
          passgate.limits.token-requests-per-address.rate | 0 | a number from 1 to 1000000
          passgate.limits.token-requests-per-address.burst | -1 | a number from 1 to 1000000
          passgate.validate.headers.groups | X Groups | the name of a header
          passgate.validate.headers.issuer | x-trino-USER | the name of a header
          passgate.issuers.acme.keys.max-staleness | PT1S | a duration not below
          server.forward-headers-strategy | NATIVE | none, as every client would be believed
          server.forward-headers-strategy | FRAMEWORK | none, as every client would be believed
          """)
  void namesTheValue(String key, String value, String expected) {
    assertStops(good().with(key, value), key + " is '" + value + "', expected " + expected);
  }

  private static Arguments wrong(
      String name, UnaryOperator<Gateway.Builder> mistake, String... message) {
    return Arguments.argumentSet(name, mistake, message);
  }

  private static Arguments[] mistakes() {
    return new Arguments[] {
      wrong(
          "no issuer",
          good -> good.without(ACME + "issuer-uri").without(ACME + "audiences"),
          "passgate.issuers is not set, expected at least one"),
      wrong(
          "issuer without a URI",
          good -> good.without(ACME + "issuer-uri"),
          ACME + "issuer-uri is ''"),
      wrong(
          "two names for an issuer",
          good -> good.trust("twin", "http://127.0.0.1:1/acme"),
          "passgate.issuers.twin.issuer-uri is 'http://127.0.0.1:1/acme'",
          "passgate.issuers.acme has it"),
      wrong(
          "name of an issuer",
          good -> good.trust("Twin", "http://127.0.0.1:1/other"),
          "passgate.issuers.Twin is 'Twin', expected a name"),
      wrong(
          "no audience",
          good -> good.with(ACME + "audiences", ""),
          ACME + "audiences is '[]', expected at least one audience"),
      wrong(
          "no audience at all",
          good -> good.without(ACME + "audiences"),
          ACME + "audiences is '[]', expected at least one audience"),
      wrong(
          "rule for an issuer that there is not",
          good ->
              good.with("passgate.impersonation.rules[0].issuer", "acmee")
                  .with("passgate.impersonation.rules[0].as", "bob"),
          "passgate.impersonation.rules[0].issuer is 'acmee', expected an expression for at least"
              + " one of [acme, certificate, ldap, password-file]"),
      wrong(
          "routing rule for an issuer that there is not",
          good ->
              good.with("passgate.routing.rules[0].issuer", "acmee")
                  .with("passgate.routing.rules[0].label", "main"),
          "passgate.routing.rules[0].issuer is '[acmee]', expected some of [acme, certificate,"
              + " ldap, password-file]"),
      wrong(
          "routing rule for a label that no cluster has",
          good -> good.with("passgate.routing.rules[0].label", "etl"),
          "passgate.routing.rules[0].label is 'etl', expected a label or the name of a cluster:"
              + " [main]"),
      wrong(
          "passwords alone, and nothing to check them against",
          good -> good.with("passgate.authentication.sources", "basic"),
          "passgate.authentication.sources is '[basic]', expected another source too"),
      wrong(
          "no signature",
          good -> good.with(ACME + "algorithms", "RS256,none"),
          ACME + "algorithms is '[RS256, none]', expected at least one of"),
      wrong(
          "kind of grant",
          good -> good.with(ACME + "token-grants", "client_credentials,?"),
          ACME + "token-grants is '[client_credentials, ?]', expected values of grant_type"),
      wrong(
          "service of a route that there is not",
          good ->
              good.with(ROUTE + "id", "mine")
                  .with(ROUTE + "uri", "passgate://mine")
                  .with(ROUTE + "predicates[0]", "Path=/mine"),
          "uri of the route 'mine' is 'passgate://mine', expected passgate:// with one of"
              + " [openapi, sql, token, validate]"),
      wrong(
          "shared secret",
          good -> good.with(ACME + "algorithms", "HS256"),
          ACME + "algorithms is '[HS256]', expected at least one of",
          "which sign with a private key"),
      wrong(
          "group that the pattern does not have",
          good -> good.with(ACME + "user.pattern", "(.+)@x").with(ACME + "user.template", "$2"),
          ACME + "user.template is '$2', expected text and groups of the pattern"),
      wrong(
          "claim path",
          good -> good.with(ACME + "user.claims", "name,/a/~2"),
          ACME + "user.claims is '[name, /a/~2]', expected at least one of claim names"),
      wrong(
          "scope",
          good -> good.with(ACME + "required-scopes", "read,a\"b"),
          ACME + "required-scopes is '[read, a\"b]', expected at least one scope"),
      wrong(
          "colliding prefixes",
          good ->
              good.with(ACME + "user.prefix", "a")
                  .trust("other", "http://127.0.0.1:1/other")
                  .with("passgate.issuers.other.user.prefix", "ab"),
          "passgate.issuers.other.user.prefix is 'ab', expected a prefix that neither",
          "passgate.issuers.acme.user.prefix is 'a'"),
      wrong(
          "name of another source",
          good -> good.trust("ldap", "http://127.0.0.1:1/other"),
          "passgate.issuers.ldap is 'ldap', expected another name"),
      wrong(
          "name that would be shortened",
          good -> good.with(ACME + "required-claims.urn:x", "y"),
          ACME + "required-claims.urn:x is '***', expected brackets around a name"),
      wrong(
          "no value for a claim",
          good -> good.with(ACME + "required-claims.x", ""),
          ACME + "required-claims[x] is '[]', expected at least one value"),
      wrong(
          "role without a mode",
          good -> good.with(ACME + "trino.roles.from.system", "role"),
          ACME + "trino.roles.mode is '', expected replace or add"),
      wrong(
          "no cluster",
          good -> good.without("passgate.clusters.main.url"),
          "passgate.clusters is not set, expected at least one cluster"),
      wrong(
          "two clusters at one address",
          good ->
              good.with("passgate.clusters.a.url", "http://trino:8080")
                  .with("passgate.clusters.b.url", "http://TRINO:8080/"),
          "passgate.clusters.b.url is 'http://TRINO:8080/', expected another address than that of"
              + " a"),
      wrong(
          "weight of nothing",
          good -> good.with("passgate.clusters.main.weight", 0),
          "passgate.clusters.main.weight is '0', expected a number from 1 to 1000"),
      wrong(
          "unknown state",
          good -> good.with("passgate.clusters.main.state", "down"),
          "passgate.clusters.main.state is 'down', expected active or draining"),
      wrong(
          "network",
          good -> good.with("passgate.trusted-proxies", "10.0.0.0/8,10.0.0.0/33"),
          "passgate.trusted-proxies is '10.0.0.0/33', expected an address or a network"),
      wrong(
          "name in the place of an address",
          good -> good.with("passgate.trusted-proxies", "proxy.local"),
          "passgate.trusted-proxies is 'proxy.local', expected an address or a network"),
      wrong(
          "TLS without a bundle",
          good -> good.with("passgate.tls.port", 0),
          "passgate.tls.bundle is not set, expected the name of an SSL bundle"),
      wrong(
          "bundle without a port",
          good -> good.with("passgate.tls.bundle", "test"),
          "passgate.tls.port is not set, expected a port"),
      wrong(
          "port",
          good -> good.with("passgate.tls.port", 70000).with("passgate.tls.bundle", "test"),
          "passgate.tls.port is '70000', expected a port, 0 to 65535"),
      wrong(
          "unknown bundle",
          good -> good.with("passgate.tls.port", 0).with("passgate.tls.bundle", "nowhere"),
          "passgate.tls.bundle is 'nowhere', expected the name of an SSL bundle"),
      wrong(
          "certificate that is not there",
          good -> pem(good, Path.of("/nowhere/tls.crt")),
          "passgate.tls.bundle is 'test', expected an SSL bundle",
          "/nowhere/tls.crt"),
      wrong(
          "unknown bundle for a cluster",
          good -> good.with(MAIN + "url", "https://trino").with(MAIN + "bundle", "nowhere"),
          MAIN + "bundle is 'nowhere', expected the name of an SSL bundle"),
      wrong(
          "bundle for a cluster that cannot be read",
          good ->
              good.with(MAIN + "url", "https://trino")
                  .with(MAIN + "bundle", "trino")
                  .with(
                      "spring.ssl.bundle.pem.trino.truststore.certificate",
                      Path.of("/nowhere/ca.crt").toUri()),
          MAIN + "bundle is 'trino', expected an SSL bundle that can be read",
          "/nowhere/ca.crt"),
      wrong(
          "trust by certificate without a key",
          good ->
              good.with(MAIN + "url", "https://trino")
                  .with(MAIN + "trust", "certificate")
                  .with(MAIN + "bundle", "trino")
                  .with("spring.ssl.bundle.pem.trino.options.enabled-protocols", "TLSv1.3"),
          MAIN + "bundle is 'trino', expected an SSL bundle with a certificate and a private key"),
      wrong(
          "password in the clear",
          good ->
              good.with(MAIN + "url", "http://trino")
                  .with(MAIN + "trust", "basic")
                  .with(MAIN + "basic.user", "passgate")
                  .with(MAIN + "basic.password", "secret"),
          MAIN + "url is 'http://trino', expected https, as trust: basic sends a secret"),
      wrong(
          "keys for Trino that are not there",
          good ->
              good.with(MAIN + "trust", "jwt")
                  .with("passgate.trino-keys.file", "/nowhere/keys.pem"),
          "passgate.trino-keys.file is '/nowhere/keys.pem', expected a file of private keys"),
      wrong(
          "keys for Trino that nothing uses",
          good -> good.with("passgate.trino-keys.file", "/nowhere/keys.pem"),
          "passgate.trino-keys.file is '/nowhere/keys.pem', expected nothing"),
      wrong(
          "access to a route",
          good -> route(good).with(ROUTE + "metadata.access", "everyone"),
          "metadata.access of the route 'mine' is 'everyone', expected identity, signed-uri or"
              + " public"),
      wrong(
          "duration",
          good -> good.with("passgate.limits.answer-pause", "soon"),
          "passgate.limits.answer-pause",
          "soon"),
    };
  }

  private static Gateway.Builder route(Gateway.Builder good) {
    return good.with(ROUTE + "id", "mine")
        .with(ROUTE + "uri", "trino://cluster")
        .with(ROUTE + "predicates[0]", "Path=/mine");
  }

  private static Gateway.Builder pem(Gateway.Builder good, Path certificate) {
    return good.with("passgate.tls.port", 0)
        .with("passgate.tls.bundle", "test")
        .with("spring.ssl.bundle.pem.test.keystore.certificate", certificate.toUri())
        .with("spring.ssl.bundle.pem.test.keystore.private-key", certificate.toUri());
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void namesTheMistake(UnaryOperator<Gateway.Builder> mistake, String[] message) {
    assertStops(mistake.apply(good()), message);
  }

  @ParameterizedTest
  @CsvSource({
    "user.rules-file, expected a file in the form of Trino's user mapping (rule 1: ",
    "deny-list, 'expected a JSON file with jti, sub, issued-before and issued-before-by-sub (line'"
  })
  void namesAFileOfAnotherForm(String key, String expected) throws IOException {
    Path folder = TemporaryFolder.create("configuration");
    try {
      Path file =
          Files.writeString(folder.resolve("file.json"), "{\"rules\":[{\"pattern\":\"(\"}]}");
      assertStops(good().with(ACME + key, file), ACME + key + " is '" + file + "', " + expected);
    } finally {
      TemporaryFolder.delete(folder);
    }
  }

  @Test
  void namesAFileThatIsNoCertificate() throws IOException {
    Path folder = TemporaryFolder.create("configuration");
    try {
      Path file = Files.writeString(folder.resolve("tls.crt"), "not a certificate");
      assertStops(pem(good(), file), "passgate.tls.bundle is 'test', expected an SSL bundle");
    } finally {
      TemporaryFolder.delete(folder);
    }
  }
}
