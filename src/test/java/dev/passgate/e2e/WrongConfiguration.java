package dev.passgate.e2e;

import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.BiFunction;

/** What people get wrong, and what they are told of it. */
@SuppressWarnings("ImmutableEnumChecker") // its functions keep nothing
enum WrongConfiguration {
  UNKNOWN_KEY("passgate.anything is '***', expected a key", with("passgate.anything", "x")),
  MISSPELT_KEY(
      "did you mean passgate.issuers.acme.user.pattern?",
      with("passgate.issuers.acme.user.patern", "(.+)@x")),
  MISSPELT_SECRET(
      "did you mean passgate.signing-key?", with("passgate.singing-key", Constants.SECRET)),
  SECTION_WITHOUT_SETTINGS("passgate.limits is '', expected settings", with("passgate.limits", "")),
  DURATION(
      "passgate.limits.answer-pause is 'soon', expected a duration",
      with("passgate.limits.answer-pause", "soon")),
  DURATION_OF_NOUGHT(
      "passgate.limits.answer-pause is 'PT0S'", with("passgate.limits.answer-pause", "0s")),
  SIZE(
      "passgate.limits.request-body is 'large', expected a size",
      with("passgate.limits.request-body", "large")),
  NUMBER(
      "passgate.clusters.main.weight is 'much', expected a whole number",
      with("passgate.clusters.main.weight", "much")),
  NUMBER_OUT_OF_RANGE(
      "passgate.clusters.main.weight is '0'", with("passgate.clusters.main.weight", 0)),
  TRUTH(
      "passgate.health.enabled is 'perhaps', expected true or false",
      with("passgate.health.enabled", "perhaps")),
  PORT_OF_LETTERS("server.port is 'http', expected a whole number", with("server.port", "http")),
  PORT_OUT_OF_RANGE("passgate.tls.port is '70000'", with("passgate.tls.port", 70000)),
  LOG_LEVEL(
      "logging.level.dev.passgate is 'loud', expected one of",
      with("logging.level.dev.passgate", "loud")),
  SHORT_SIGNING_KEY("passgate.signing-key is", with("passgate.signing-key", "c2hvcnQ=")),
  SIGNING_KEY_OF_A_PLACEHOLDER(
      "passgate.signing-key is", with("passgate.signing-key", "${NO_SUCH_VARIABLE}")),
  CLUSTER_URL("passgate.clusters.main.url is 'trino'", with("passgate.clusters.main.url", "trino")),
  CLUSTER_URL_OF_A_PLACEHOLDER(
      "passgate.clusters.main.url is '${NO_SUCH_VARIABLE}'",
      with("passgate.clusters.main.url", "${NO_SUCH_VARIABLE}")),
  NO_CLUSTER(
      "passgate.clusters is not set", (good, _) -> good.without("passgate.clusters.main.url")),
  TWO_CLUSTERS_AT_ONE_ADDRESS(
      "passgate.clusters.twin.url is 'http://127.0.0.1:1'",
      with("passgate.clusters.twin.url", "http://127.0.0.1:1")),
  CLUSTER_PASSWORD_IN_THE_CLEAR(
      "passgate.clusters.main.url is 'http://trino', expected https",
      (good, _) ->
          good.with("passgate.clusters.main.url", "http://trino")
              .with("passgate.clusters.main.trust", "basic")
              .with("passgate.clusters.main.basic.user", "passgate")
              .with("passgate.clusters.main.basic.password", Constants.SECRET)),
  NO_ISSUER(
      "passgate.issuers is not set",
      (good, _) ->
          good.without("passgate.issuers.acme.issuer-uri")
              .without("passgate.issuers.acme.audiences")),
  ISSUER_WITHOUT_AUDIENCES(
      "passgate.issuers.acme.audiences is '[]'",
      (good, _) -> good.without("passgate.issuers.acme.audiences")),
  ISSUER_URI(
      "passgate.issuers.acme.issuer-uri is 'idp'", with(Constants.ACME + "issuer-uri", "idp")),
  TWO_ISSUERS_OF_ONE_URI(
      "passgate.issuers.twin.issuer-uri is", (good, _) -> good.trust("twin", Constants.ISSUER)),
  ALGORITHM(
      "passgate.issuers.acme.algorithms is '[none]'", with(Constants.ACME + "algorithms", "none")),
  REGULAR_EXPRESSION(
      "passgate.issuers.acme.user.pattern is '('", with(Constants.ACME + "user.pattern", "(")),
  DENY_LIST_MISSING(
      "passgate.issuers.acme.deny-list is '/nowhere/deny.json'",
      with(Constants.ACME + "deny-list", "/nowhere/deny.json")),
  ISSUER_FOR_AN_UNKNOWN_ROUTE(
      "passgate.issuers.acme.routes is 'nowhere'", with(Constants.ACME + "routes", "nowhere")),
  RULE_FOR_AN_UNKNOWN_LABEL(
      "passgate.routing.rules[0].label is 'etl'", with("passgate.routing.rules[0].label", "etl")),
  RULE_FOR_AN_UNKNOWN_ISSUER(
      "passgate.routing.rules[0].issuer is '[other]'",
      (good, _) ->
          good.with("passgate.routing.rules[0].label", "main")
              .with("passgate.routing.rules[0].issuer", "other")),
  IMPERSONATION_OF_AN_UNKNOWN_ISSUER(
      "passgate.impersonation.rules[0].issuer is 'other'",
      (good, _) ->
          good.with("passgate.impersonation.rules[0].issuer", "other")
              .with("passgate.impersonation.rules[0].as", "bob")),
  PASSWORD_FILE_MISSING(
      "passgate.authentication.basic.file.path is '/nowhere/passwords'",
      with("passgate.authentication.basic.file.path", "/nowhere/passwords")),
  PASSWORD_FILE_OF_ANOTHER_FORM(
      "passgate.authentication.basic.file.path is",
      (good, folder) ->
          good.with("passgate.authentication.basic.file.path", folder.resolve("passwords"))),
  SOURCE("passgate.authentication.sources is", with("passgate.authentication.sources", "cookie")),
  FAILURE_STATUS(
      "passgate.authentication.failure-status is '418'",
      with("passgate.authentication.failure-status", 418)),
  TRUSTED_PROXY(
      "passgate.trusted-proxies is 'proxy.local'", with("passgate.trusted-proxies", "proxy.local")),
  UNKNOWN_BUNDLE(
      "passgate.tls.bundle is 'nowhere'",
      (good, _) -> good.with("passgate.tls.port", 0).with("passgate.tls.bundle", "nowhere")),
  BUNDLE_OF_A_MISSING_FILE(
      "passgate.tls.bundle is 'test'",
      (good, _) ->
          good.with("passgate.tls.port", 0)
              .with("passgate.tls.bundle", "test")
              .with("spring.ssl.bundle.pem.test.keystore.certificate", "file:/nowhere/tls.crt")),
  UNKNOWN_BUNDLE_OF_THE_MAIN_LISTENER(
      "an SSL bundle is 'nowhere'", with("server.ssl.bundle", "nowhere")),
  MISSING_CERTIFICATE_OF_THE_MAIN_LISTENER(
      "a file cannot be read: /nowhere/tls.crt",
      (good, _) ->
          good.with("server.ssl.certificate", "file:/nowhere/tls.crt")
              .with("server.ssl.certificate-private-key", "file:/nowhere/tls.key")),
  MISSING_CERTIFICATE_THAT_IS_WATCHED(
      "a file cannot be read: '/nowhere/tls.crt' is neither a file nor a directory",
      (good, _) ->
          good.with("server.ssl.bundle", "test")
              .with("spring.ssl.bundle.pem.test.reload-on-update", true)
              .with("spring.ssl.bundle.pem.test.keystore.certificate", "file:/nowhere/tls.crt")
              .with("spring.ssl.bundle.pem.test.keystore.private-key", "file:/nowhere/tls.key")),
  BUNDLE_OF_THE_MAIN_LISTENER_WITHOUT_A_KEY(
      "server.ssl.bundle is 'test', expected an SSL bundle with a certificate and a private key",
      (good, folder) ->
          good.with("server.ssl.bundle", "test")
              .with(
                  "spring.ssl.bundle.pem.test.truststore.certificate",
                  SelfSignedCertificate.createIn(folder).certificatePem().toUri())),
  BUNDLE_OF_THE_MANAGEMENT_LISTENER_WITHOUT_A_KEY(
      "management.server.ssl.bundle is 'test', expected an SSL bundle with a certificate and a",
      (good, folder) ->
          good.with("management.server.ssl.bundle", "test")
              .with(
                  "spring.ssl.bundle.pem.test.keystore.certificate",
                  SelfSignedCertificate.createIn(folder).certificatePem().toUri())),
  KEY_STORE_WITHOUT_A_KEY(
      "management.server.ssl.key-store is '",
      (good, _) ->
          good.with(
                  "management.server.ssl.key-store",
                  Path.of(System.getProperty("java.home"), "lib/security/cacerts").toUri())
              .with("management.server.ssl.key-store-password", "changeit")),
  ALIAS_OF_NO_KEY(
      "server.ssl.key-alias is 'other', expected the alias of a private key in the key store",
      (good, folder) -> {
        SelfSignedCertificate own = SelfSignedCertificate.createIn(folder);
        return good.with("server.ssl.key-store", own.keyStore().toUri())
            .with("server.ssl.key-store-password", own.password())
            .with("server.ssl.key-alias", "other");
      }),
  ALIAS_OF_NO_KEY_IN_A_BUNDLE(
      "passgate.tls.bundle is 'test', expected an SSL bundle with a certificate and a private key,"
          + " and stores that can be read (it lacks a private key by the alias 'other')",
      (good, folder) -> {
        SelfSignedCertificate own = SelfSignedCertificate.createIn(folder);
        return good.with("passgate.tls.port", 0)
            .with("passgate.tls.bundle", "test")
            .with("spring.ssl.bundle.jks.test.keystore.location", own.keyStore().toUri())
            .with("spring.ssl.bundle.jks.test.keystore.password", own.password())
            .with("spring.ssl.bundle.jks.test.key.alias", "other");
      }),
  ALIAS_IN_OTHER_LETTERS(
      "server.ssl.key-alias is 'PassGate', expected the alias of a private key in the key store",
      (good, folder) -> {
        SelfSignedCertificate own = SelfSignedCertificate.createIn(folder);
        return good.with("server.ssl.key-store", own.keyStore().toUri())
            .with("server.ssl.key-store-password", own.password())
            .with("server.ssl.key-alias", "PassGate");
      }),
  BUNDLE_WITH_A_TRUST_STORE_OF_A_MISSING_FILE(
      "passgate.tls.bundle is 'test', expected an SSL bundle with a certificate and a private key",
      (good, folder) -> {
        SelfSignedCertificate own = SelfSignedCertificate.createIn(folder);
        return good.with("passgate.tls.port", 0)
            .with("passgate.tls.bundle", "test")
            .with("spring.ssl.bundle.jks.test.keystore.location", own.keyStore().toUri())
            .with("spring.ssl.bundle.jks.test.keystore.password", own.password())
            .with("spring.ssl.bundle.jks.test.truststore.location", "file:/nowhere/ca.p12");
      }),
  CLIENTS_OF_ANY_AUTHORITY(
      "management.server.ssl.trust-store is not set, expected a trust store with the authorities",
      (good, folder) -> {
        SelfSignedCertificate own = SelfSignedCertificate.createIn(folder);
        return good.with("management.server.ssl.certificate", own.certificatePem().toUri())
            .with("management.server.ssl.certificate-private-key", own.privateKeyPem().toUri())
            .with("management.server.ssl.client-auth", "need");
      }),
  CERTIFICATE_WITHOUT_ITS_KEY(
      "server.ssl.certificate-private-key is not set, expected the key of the certificate",
      (good, folder) ->
          good.with(
              "server.ssl.certificate",
              SelfSignedCertificate.createIn(folder).certificatePem().toUri())),
  UNKNOWN_BUNDLE_OF_A_SERVER_NAME(
      "an SSL bundle is 'nowhere'",
      (good, folder) -> {
        SelfSignedCertificate own = SelfSignedCertificate.createIn(folder);
        return good.with("server.ssl.certificate", own.certificatePem().toUri())
            .with("server.ssl.certificate-private-key", own.privateKeyPem().toUri())
            .with("server.ssl.server-name-bundles[0].server-name", "acme.example")
            .with("server.ssl.server-name-bundles[0].bundle", "nowhere");
      }),
  KEY_THAT_IS_TAKEN_FOR_A_FILE(
      "a file cannot be read: its name is not shown, as it may be a key",
      (good, folder) ->
          good.with(
                  "server.ssl.certificate",
                  SelfSignedCertificate.createIn(folder).certificatePem().toUri())
              .with("server.ssl.certificate-private-key", Constants.KEY)),
  KEY_THAT_IS_TAKEN_FOR_A_FILE_TO_WATCH(
      "a file cannot be read: its name is not shown, as it may be a key",
      (good, folder) -> watched(good, folder, Constants.KEY)),
  KEY_THAT_CANNOT_BE_WATCHED(
      "an SSL bundle has reload-on-update and a key or certificate that is in no file",
      (good, folder) -> watched(good, folder, "base64:" + Constants.KEY)),
  UNKNOWN_PREDICATE(
      "predicate of the route 'mine' is 'Pfad', expected one of",
      route("predicates[0]", "Pfad=/mine")),
  UNKNOWN_FILTER(
      "filter of the route 'mine' is 'AddNothing', expected one of",
      route("filters[0]", "AddNothing=1")),
  FILTER_WITHOUT_A_SIGN(
      "filter of the route 'mine' is '***', expected one of",
      route("filters[0]", "AddRequestHeader X-Api-Key, " + Constants.SECRET)),
  FILTER_WITH_A_WRONG_ARGUMENT(
      "the route 'mine' is '[Path] with the filters [StripPrefix]', expected each",
      route("filters[0]", "StripPrefix=" + Constants.SECRET)),
  UNKNOWN_SERVICE("uri of the route 'mine' is 'passgate://mine'", route("uri", "passgate://mine")),
  ROUTE_WITHOUT_URI(
      "uri of the route 'mine' is not set",
      (good, folder) ->
          route("predicates[0]", "Path=/mine")
              .apply(good, folder)
              .without("spring.cloud.gateway.server.webflux.routes[0].uri")),
  ACCESS_OF_A_ROUTE(
      "metadata.access of the route 'mine' is 'all'", route("metadata.access", "all")),
  REDIS_URL(
      "passgate.limits.shared.redis.url is",
      (good, _) ->
          good.with("passgate.limits.queries-per-user", 2)
              .with("passgate.limits.shared.redis.url", "redis.local")),
  BROKEN_YAML("broken.yml, line 3, column ", file("broken.yml")),
  TAB_IN_YAML("tab.yml, line 2, column 1: found character '\\t(TAB)'", file("tab.yml")),
  KEY_TWICE_IN_YAML("twice.yml, line 3", file("twice.yml")),
  VALUE_IN_A_FILE("wrong.yml, line 3)", file("wrong.yml")),
  FILE_MISSING("none.yml", file("none.yml")),
  FOLDER_MISSING("none/", file("none/"));

  /** What a mistake does to a configuration that is right; files are in the folder. */
  interface Mistake extends BiFunction<Gateway.Builder, Path, Gateway.Builder> {}

  private static final class Constants {
    static final String SECRET = "hunter2-hunter2";

    /** In base64, without the lines that PEM has around it. */
    static final String KEY = "MC4CAQAwBQYDK2VwBCIEIJ0fvP1zXn8mHq3tS7yWlCkR5uNbGdOaEeTiYhLpMxVA";

    static final String ACME = "passgate.issuers.acme.";
    static final String ISSUER = "http://127.0.0.1:1/acme";
  }

  private final String message;
  private final Mistake mistake;

  WrongConfiguration(String message, Mistake mistake) {
    this.message = message;
    this.mistake = mistake;
  }

  String message() {
    return message;
  }

  /** A value that no message may have. */
  static String[] secrets() {
    return new String[] {Constants.SECRET, Constants.KEY.substring(0, 8)};
  }

  /** A gateway with this mistake, and no other. */
  Gateway.Builder in(Path folder) {
    return mistake.apply(good(), folder);
  }

  /** A gateway with this mistake beside those that it has. */
  Gateway.Builder in(Gateway.Builder gateway, Path folder) {
    return mistake.apply(gateway, folder);
  }

  static Gateway.Builder good() {
    return Gateway.inFrontOf(URI.create("http://127.0.0.1:1")).trust("acme", Constants.ISSUER);
  }

  private static Mistake with(String key, Object value) {
    return (good, _) -> good.with(key, value);
  }

  private static Mistake route(String key, String value) {
    String route = "spring.cloud.gateway.server.webflux.routes[0].";
    return (good, _) ->
        good.with(route + "id", "mine")
            .with(route + "uri", "trino://cluster")
            .with(route + "predicates[0]", "Path=/mine")
            .with(route + key, value);
  }

  private static Gateway.Builder watched(Gateway.Builder good, Path folder, String key) {
    return good.with("server.ssl.bundle", "test")
        .with("spring.ssl.bundle.pem.test.reload-on-update", true)
        .with(
            "spring.ssl.bundle.pem.test.keystore.certificate",
            SelfSignedCertificate.createIn(folder).certificatePem().toUri())
        .with("spring.ssl.bundle.pem.test.keystore.private-key", key);
  }

  private static Mistake file(String name) {
    return (good, folder) ->
        good.with("spring.config.additional-location", "file:" + folder + "/" + name);
  }
}
