package dev.passgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** From a configuration of Envoy to a gateway that serves. */
class ImportEnvoyIT {

  /** 32 bytes of nought. */
  private static final String KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

  @TempDir private Path folder;

  private CommandRun imported(String envoy) throws IOException {
    Path file = Files.writeString(folder.resolve("envoy.yaml"), envoy);
    return CommandRun.of("import-envoy", file.toString());
  }

  /** The file that came of it, once check-config has called it right. */
  private Path accepted(CommandRun run) throws IOException {
    Path file = Files.writeString(folder.resolve("imported.yml"), run.out());
    CommandRun check =
        CommandRun.of(
            "check-config",
            "--spring.config.location=classpath:/,file:" + file,
            "--passgate.signing-key=" + KEY);
    assertThat(check.err()).isEmpty();
    assertThat(check.status()).isZero();
    return file;
  }

  /** As it stands in front of many a Trino. */
  private static String usual(URI trino, LocalIssuer issuer) {
    return """
        admin:
          address: {socket_address: {address: 127.0.0.1, port_value: 9901}}
        static_resources:
          listeners:
          - name: trino
            address: {socket_address: {address: 0.0.0.0, port_value: 10000}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  "@type": type.googleapis.com/envoy.extensions.filters.network\
        .http_connection_manager.v3.HttpConnectionManager
                  stat_prefix: trino
                  max_request_headers_kb: 96
                  http_filters:
                  - name: envoy.filters.http.jwt_authn
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3\
        .JwtAuthentication
                      providers:
                        Acme_IdP:
                          issuer: %s
                          audiences: [trino]
                          clock_skew_seconds: 30
                          remote_jwks:
                            http_uri: {uri: "%s", cluster: idp, timeout: 2s}
                            cache_duration: {seconds: 300}
                          from_headers:
                          - {name: Authorization, value_prefix: "Bearer "}
                          - {name: idtoken}
                          claim_to_headers:
                          - {header_name: X-Trino-User, claim_name: preferred_username}
                      rules:
                      - match: {prefix: /v1/statement}
                        requires: {provider_name: Acme_IdP}
                  - name: envoy.filters.http.router
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
                  route_config:
                    name: local
                    virtual_hosts:
                    - name: trino
                      domains: ["*"]
                      routes:
                      - match: {prefix: /}
                        route: {cluster: trino, timeout: 60s}
          clusters:
          - name: trino
            type: STRICT_DNS
            connect_timeout: 1s
            load_assignment:
              cluster_name: trino
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: %s, port_value: %d}}}
          - name: idp
            load_assignment:
              cluster_name: idp
              endpoints:
              - lb_endpoints:
                - endpoint: {address: {socket_address: {address: idp, port_value: 443}}}
        """
        .formatted(issuer.issuerUri(), issuer.jwkSetUri(), trino.getHost(), trino.getPort());
  }

  @Test
  void anImportedGatewayServesWhoHasATokenAndNobodyElse() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.start("acme");
        RecordingOrigin trino = RecordingOrigin.start();
        HttpClient client = HttpClient.newHttpClient()) {
      CommandRun run = imported(usual(trino.uri(), issuer));
      assertThat(run.err()).isEmpty();
      assertThat(run.status()).isZero();
      assertThat(run.out()).contains("port: 10000", "acme-idp:", "30s", "60000ms", "port: 9901");

      Path file = accepted(run);
      try (Gateway gateway =
          Gateway.inFrontOf(trino.uri())
              .without("passgate.clusters.main.url")
              .with("spring.config.location", "classpath:/,file:" + file)
              .start()) {
        HttpRequest.Builder query =
            HttpRequest.newBuilder(gateway.uri().resolve("/v1/statement"))
                .POST(HttpRequest.BodyPublishers.ofString("SELECT 1"));
        HttpResponse<String> refused =
            client.send(query.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(refused.statusCode()).isEqualTo(401);
        HttpResponse<String> served =
            client.send(
                query
                    .header(
                        "Authorization",
                        "Bearer "
                            + issuer.token("alice").claim("preferred_username", "alice").build())
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(served.statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void saysWhatHasNoEquivalent() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.start("acme")) {
      String envoy =
          usual(URI.create("http://trino:8080"), issuer)
              .replace(
                  "stat_prefix: trino\n",
                  "stat_prefix: trino\n          proxy_100_continue: true\n")
              .replace(
                  "- {name: idtoken}\n", "- {name: idtoken}\n                  forward: true\n")
              .replace(
                  "http_filters:",
                  "http_filters: # more\n          - {name: envoy.filters.http.lua}")
              .replace(" # more", " # most\n          - {name: envoy.filters.http.rbac}")
              .replace("timeout: 60s}", "timeout: 60s, prefix_rewrite: /x}");
      CommandRun run = imported(envoy);

      assertThat(run.status()).as(run.err()).isEqualTo(3);
      assertThat(run.err())
          .contains(
              "proxy_100_continue",
              ".forward: the token never reaches Trino",
              "the filter envoy.filters.http.lua",
              "the filter envoy.filters.http.rbac",
              "prefix_rewrite");
      assertThat(run.err().lines()).hasSize(5).allMatch(line -> line.startsWith("no equivalent: "));
      assertThat(run.out()).contains("# No equivalent:", "prefix_rewrite");
      accepted(run);
    }
  }

  @Test
  void takesWeightsEndpointsHeadersAndTls() throws Exception {
    CommandRun run =
        imported(
            """
            {"staticResources": {
              "listeners": [
                {"address": {"socketAddress": {"address": "::", "portValue": 10000}},
                 "filterChains": [{"filters": [
                   {"name": "envoy.http_connection_manager", "config": {
                     "httpFilters": [{"name": "envoy.router"},
                       {"name": "envoy.filters.http.jwt_authn", "config": {"providers": {"a": {
                         "issuer": "https://idp.example", "audiences": ["trino"],
                         "fromCookies": ["session"]}}}}],
                     "routeConfig": {"virtualHosts": [{"domains": ["*"], "routes": [
                       {"match": {"prefix": "/", "headers": [
                         {"name": "X-Trino-Source", "exactMatch": "dbt"}]},
                        "route": {"cluster": "etl"}},
                       {"match": {"prefix": "/"}, "route": {"weightedClusters": {"clusters": [
                         {"name": "blue", "weight": 90}, {"name": "green", "weight": 10}]}}}
                     ]}]}}}]}]}],
              "clusters": [
                {"name": "etl", "hosts": [
                  {"socketAddress": {"address": "etl-1", "portValue": 8080}},
                  {"socketAddress": {"address": "etl-2", "portValue": 8080}}]},
                {"name": "blue", "transportSocket": {"name": "envoy.transport_sockets.tls"},
                 "hosts": [{"socketAddress": {"address": "blue", "portValue": 8443}}]},
                {"name": "green",
                 "hosts": [{"socketAddress": {"address": "green", "portValue": 8080}}]}]}}
            """);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("http://etl-1:8080", "http://etl-2:8080", "https://blue:8443", "weight: 90")
        .contains("cookie:session", "X-Trino-Source: dbt", "default-label: weighted");
    accepted(run);
  }

  @Test
  void saysWhatWouldLetMoreInThanBefore() throws Exception {
    CommandRun run =
        imported(
            """
            static_resources:
              listeners:
              - address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      route_config:
                        virtual_hosts:
                        - {domains: ["*"], routes: [{match: {prefix: /}, redirect: {}}]}
              - address: {socket_address: {address: 0.0.0.0, port_value: 8443}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      http_filters:
                      - name: envoy.filters.http.jwt_authn
                        typed_config:
                          providers:
                            users: {issuer: "https://users.example", audiences: [trino]}
                            admins:
                              issuer: "https://admins.example"
                              audiences: [trino]
                              from_headers: [{name: x-admin}]
                            retired: {issuer: "https://retired.example", audiences: [trino]}
                          rules:
                          - {match: {prefix: /ui}, requires: {provider_name: admins}}
                          - match: {prefix: /v1}
                            requires:
                              requires_any: {requirements: [{provider_name: users}]}
                      route_config:
                        virtual_hosts:
                        - domains: ["*"]
                          routes:
                          - match:
                              prefix: /v1/statement
                              headers: [{name: x, string_match: {exact: a, ignore_case: false}}]
                            route: {cluster: trino}
                          - match: {prefix: /v1/statement, headers: [{name: x, exact_match: b}]}
                            route: {cluster: trino}
              clusters:
              - {name: trino, hosts: [{socket_address: {address: trino, port_value: 8080}}]}
            """);

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err())
        .contains(
            "listeners[0]: only one listener has a place",
            "providers.retired: no rule asks for it",
            "rules ask for different providers",
            "it asked for a token on /v1/info, /v1/status",
            "no route is for all of /ui, /v1/query, /v1/spooled/, /v1/info, /v1/status");
    assertThat(run.out())
        .contains("port: 8443", "unmatched: refuse", "- header:x-admin", "- bearer")
        .doesNotContain("port: 8080\n  ");
  }

  @Test
  void saysThatASecondListenerWasAnother() throws Exception {
    String filters =
        """
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      http_filters: [{name: envoy.filters.http.%s}]
                      route_config:
                        virtual_hosts:
                        - domains: ["*"]
                          routes:
                          - {match: {prefix: /}, route: {cluster: trino}}
                          - match: {prefix: /, headers: [{name: x, exact_match: a}]}
                            route: {cluster: trino}
                  %s
            """;
    String secure =
        """
            transport_socket:
                    name: envoy.transport_sockets.tls
                    typed_config:
                      common_tls_context:
                        tls_certificates:
                        - certificate_chain: {filename: /tls/tls.crt}
                          private_key: {filename: /tls/tls.key}
            """;
    CommandRun run =
        imported(
            """
            static_resources:
              listeners:
              - address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
                filter_chains:
            %s
              - address: {socket_address: {address: 0.0.0.0, port_value: 8443}}
                filter_chains:
            %s
              clusters:
              - {name: trino, hosts: [{socket_address: {address: trino, port_value: 8080}}]}
            """
                .formatted(
                    filters.formatted("router", ""), filters.formatted("rbac", secure.strip())));

    assertThat(run.err())
        .contains(
            "listeners[1]: its filters are others than those of",
            "routes[1]: a route before it takes all of /");
    assertThat(run.status()).isEqualTo(3);
  }

  @Test
  void keepsTheCertificatesOfTwoListenersApart() throws Exception {
    StringBuilder listeners = new StringBuilder();
    int port = 8443;
    for (String name : List.of("one", "two", "three")) {
      listeners.append(
          """
          - address: {socket_address: {address: ADDRESS, port_value: PORT}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  route_config:
                    virtual_hosts:
                    - domains: ["*"]
                      routes: [{match: {prefix: /}, route: {cluster: listener}}]
              transport_socket:
                name: envoy.transport_sockets.tls
                typed_config:
                  common_tls_context:
                    tls_certificates:
                    - certificate_chain: {filename: /tls/NAME.crt}
                      private_key: {filename: /tls/NAME.key}
          """
              .replace("ADDRESS", port == 8443 ? "0.0.0.0" : "127.0.0.1")
              .replace("PORT", Integer.toString(port++))
              .replace("NAME", name)
              .indent(2));
    }
    CommandRun run =
        imported(
            "static_resources:\n  listeners:\n"
                + listeners
                + """
                  clusters:
                  - name: listener
                    transport_socket:
                      name: envoy.transport_sockets.tls
                      typed_config:
                        common_tls_context:
                          validation_context: {trusted_ca: {filename: /tls/ca.crt}}
                    hosts: [{socket_address: {address: trino, port_value: 8443}}]
                """
                    .indent(0));

    assertThat(run.err())
        .contains(
            "listeners[1].address: it listens at the addresses of",
            "listeners[2]: only one listener has a place beside the main one")
        .hasLineCount(2);
    Map<String, Object> made = new Yaml().load(run.out());
    assertThat(made)
        .extractingByKey("spring")
        .asString()
        .contains(
            "listener={keystore={certificate=file:/tls/one.crt, private-key=file:/tls/one.key}",
            "listener-tls={keystore={certificate=file:/tls/two.crt,",
            "listener-2={truststore={certificate=file:/tls/ca.crt}}")
        .doesNotContain("three");
    assertThat(made)
        .extractingByKey("passgate")
        .asString()
        .contains("tls={port=8444, bundle=listener-tls}", "bundle=listener-2");
    assertThat(made)
        .extractingByKey("server")
        .asString()
        .contains("port=8443", "bundle=listener}")
        .doesNotContain("127.0.0.1");
  }

  @Test
  void servesNothingInTheClearWhereTheCertificateIsInNoFile() throws Exception {
    CommandRun run =
        imported(
            """
            static_resources:
              listeners:
              - address: {socket_address: {address: 0.0.0.0, port_value: 8443}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      route_config:
                        virtual_hosts:
                        - {domains: ["*"], routes: [{match: {prefix: /}, route: {cluster: a}}]}
                  transport_socket:
                    name: envoy.transport_sockets.tls
                    typed_config:
                      require_client_certificate: true
                      common_tls_context:
                        tls_certificate_sds_secret_configs: [{name: from-a-server}]
              clusters:
              - {name: a, hosts: [{socket_address: {address: trino, port_value: 8080}}]}
            """);

    assertThat(run.err()).contains("tls_certificate_sds_secret_configs");
    Path file = Files.writeString(folder.resolve("imported.yml"), run.out());
    CommandRun check =
        CommandRun.of(
            "check-config",
            "--spring.config.location=classpath:/,file:" + file,
            "--passgate.issuers.acme.issuer-uri=https://idp.example",
            "--passgate.issuers.acme.audiences=trino");
    assertThat(check.status()).isEqualTo(1);
    assertThat(check.err()).contains("an SSL bundle is 'listener'").hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prefix: /v1, headers: [{name: x, safe_regex_match: {regex: a+}}]"
            + "| headers[0]: a match that routing rules have none of"
            + "| /ui, /v1/query, /v1/spooled/, /v1/info, /v1/status",
        "prefix: /, query_parameters: [{name: x}]"
            + "| it has conditions that routing rules have none of"
            + "| /ui, /v1/query, /v1/spooled/, /v1/info, /v1/status",
        "path: /"
            + "| paths, and not /"
            + "| /v1/statement, /ui, /v1/query, /v1/spooled/, /v1/info, /v1/status",
        "prefix: /ui"
            + "| no route is for all of /v1/statement"
            + "| /v1/statement, /v1/query, /v1/spooled/, /v1/info, /v1/status",
        "path: /v1/info"
            + "| no route is for all of /v1/statement"
            + "| /v1/statement, /ui, /v1/query, /v1/spooled/, /v1/status",
        "path: /v1"
            + "| no route is for all of /v1/statement"
            + "| /v1/statement, /ui, /v1/query, /v1/spooled/, /v1/info, /v1/status",
        "prefix: /v1/query/, headers: [{name: x, exact_match: a}]"
            + "| conditions choose for new queries alone, and not for /v1/query/"
            + "| /v1/statement, /ui, /v1/query, /v1/spooled/, /v1/info, /v1/status",
      })
  void refusesStatementsThatNoRouteLetIn(String match, String told, String more) throws Exception {
    CommandRun run = imported(oneRoute(match));

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains(told, "no route is for all of " + more + ", which");
    assertThat(run.out()).contains("unmatched: refuse").doesNotContain("default-label");
  }

  /** A beginning of paths may end within a name, and the folders of a path do not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "path_separated_prefix: /v1/state | /v1/statement, /ui, /v1/query",
        "path_separated_prefix: /v1/statement | /ui, /v1/query",
        "prefix: /v1/query/ | /v1/statement, /ui, /v1/query",
        "path_separated_prefix: /v1/query | /v1/statement, /ui",
      })
  void tellsTheKindsOfPathsApart(String match, String more) throws Exception {
    CommandRun run = imported(oneRoute(match));

    assertThat(run.err()).contains("for all of " + more + ", /v1/spooled/, /v1/info");
    assertThat(run.out()).contains(more.startsWith("/v1/st") ? "refuse" : "default-label: trino");
  }

  @Test
  void refusesStatementsThatEnvoyAnsweredItself() throws Exception {
    CommandRun run =
        imported(
            """
            static_resources:
              listeners:
              - address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      route_config:
                        virtual_hosts:
                        - domains: ["*"]
                          routes:
                          - {match: {prefix: /v1/statement}, direct_response: {status: 403}}
                          - {match: {prefix: /}, route: {cluster: trino}}
              clusters:
              - {name: trino, hosts: [{socket_address: {address: trino, port_value: 8080}}]}
            """);

    assertThat(run.err())
        .contains("an answer of Envoy's own for /v1/statement", "for all of /v1/statement, which");
    assertThat(run.out()).contains("unmatched: refuse").doesNotContain("default-label");
  }

  /** Whom Envoy refused, or sent where nobody can be sent here, must not come by the next route. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{match: {prefix: /, headers: [{name: x, present_match: true, invert_match: true}]},"
            + " direct_response: {status: 403}}"
            + "| an answer of Envoy's own for /",
        "{match: {prefix: /v1/statement}, route: {cluster: elsewhere}}"
            + "| it has no endpoints in the file",
        "{match: {prefix: /v1/statement}, route: {cluster_header: x-cluster}}| cluster_header",
        "{match: {safe_regex: {regex: '/v1/.*'}}, direct_response: {status: 403}}"
            + "| a match that is no path or prefix",
        "{match: {safe_regex: {regex: '/v1/[[:alpha:]]+'}}, direct_response: {status: 403}}"
            + "| a match that is no path or prefix",
        "{match: {safe_regex: {regex: '(/a)?/v1/.*'}}, direct_response: {status: 403}}"
            + "| a match that is no path or prefix",
        "{match: {prefix: /, headers: [{name: x, string_match: {exact: a, ignore_case: true}}]},"
            + " route: {cluster: trino}}"
            + "| headers[0]: a match that routing rules have none of",
        "{match: {prefix: /, query_parameters: [{name: x}]}, route: {cluster: trino}}"
            + "| it has conditions that routing rules have none of",
        "{match: {prefix: /, headers: [{name: x, range_match: {}}]}, route: {cluster: trino}}"
            + "| headers[0]: a match that routing rules have none of",
        "{match: {prefix: /, headers: [{name: x, exact_match: a}]}, route: {cluster: elsewhere}}"
            + "| it has no endpoints in the file",
        "{match: {prefix: /v}, route: {cluster: elsewhere}}| it has no endpoints in the file",
        "{match: {prefix: /V1, case_sensitive: false}, direct_response: {status: 403}}"
            + "| an answer of Envoy's own for /v1",
      })
  void givesStatementsThatARouteHadToNoOther(String route, String told) throws Exception {
    CommandRun run = imported(twoRoutes(route));

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err()).contains(told);
    assertThat(run.out()).contains("unmatched: refuse").doesNotContain("default-label");
  }

  @Test
  void holdsNoAnswerAgainstARouteThatHasItAllBefore() throws Exception {
    String both =
        """
        {match: {prefix: /}, route: {cluster: trino}}
                      - {match: {safe_regex: {regex: '.*'}}, direct_response: {status: 403}}\
        """;

    assertThat(imported(twoRoutes(both)).err())
        .contains("a match that is no path or prefix")
        .doesNotContain("no route is for all of");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{match: {safe_regex: {regex: '/health.*'}}, direct_response: {status: 200}}",
        "{match: {prefix: /ui}, direct_response: {status: 403}}",
        "{match: {path_separated_prefix: /v1/state}, direct_response: {status: 403}}",
        "{match: {path: /ready}, direct_response: {status: 200}}"
      })
  void givesStatementsToTheirRouteWhateverElseEnvoyAnswered(String route) throws Exception {
    CommandRun run = imported(twoRoutes(route));

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.out()).contains("default-label: trino").doesNotContain("unmatched");
    if (route.contains("/ui")) {
      assertThat(run.err()).contains("no route is for all of /ui, which the gateway serves");
    }
  }

  private static String oneRoute(String match) {
    return """
        static_resources:
          listeners:
          - address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  route_config:
                    virtual_hosts:
                    - domains: ["*"]
                      routes: [{match: {%s}, route: {cluster: trino}}]
          clusters:
          - {name: trino, hosts: [{socket_address: {address: trino, port_value: 8080}}]}
        """
        .formatted(match);
  }

  private static String twoRoutes(String first) {
    return """
        static_resources:
          listeners:
          - address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
            filter_chains:
            - filters:
              - name: envoy.filters.network.http_connection_manager
                typed_config:
                  route_config:
                    virtual_hosts:
                    - domains: [old.example]
                      routes: [{match: {prefix: /}, redirect: {host_redirect: trino.example}}]
                    - domains: [trino.example]
                      routes:
                      - %s
                      - {match: {prefix: /}, route: {cluster: trino}}
          clusters:
          - {name: trino, hosts: [{socket_address: {address: trino, port_value: 8080}}]}
          - {name: elsewhere, type: EDS}
        """
        .formatted(first);
  }

  @Test
  void tellsWhatThereIsOneOfHereAndWereSeveralOf() throws Exception {
    CommandRun run =
        imported(
            """
            static_resources:
              listeners:
              - address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      stream_idle_timeout: 300s
                      http_filters:
                      - name: envoy.filters.http.jwt_authn
                        typed_config:
                          providers:
                            a: {issuer: "https://a.example", audiences: [trino]}
                            b: {issuer: "https://b.example", audiences: [trino]}
                          requirement_map:
                            users: {provider_name: a}
                          rules:
                          - {match: {prefix: /v1/statement}, requirement_name: users}
                          - {match: {prefix: /v1/query}, requirement_name: others}
                      route_config:
                        virtual_hosts:
                        - domains: ["*"]
                          routes:
                          - {match: {prefix: /ui}, route: {cluster: ui, timeout: 15s}}
                          - {match: {prefix: /v1/query}, route: {cluster: mixed}}
                          - {match: {path: /v1/statement}, route: {cluster: trino, timeout: 60s}}
                          - {match: {prefix: /v1/statement/}, route: {cluster: trino, timeout: 7s}}
                          - {match: {prefix: /}, route: {cluster: trino, timeout: 9s}}
              clusters:
              - name: ui
                health_checks: [{interval: 5s, timeout: 1s}]
                hosts: [{socket_address: {address: Trino, port_value: 8443}}]
              - name: trino
                health_checks: [{interval: 10s, timeout: 1s}]
                transport_socket:
                  name: envoy.transport_sockets.tls
                  typed_config: {sni: trino.example}
                hosts: [{socket_address: {address: trino, port_value: 8443}}]
              - name: mixed
                hosts:
                - {socket_address: {address: other, port_value: 8443}}
                - {socket_address: {address: trino, port_value: 8443}}
            """);

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err())
        .contains(
            "providers.b: no rule asks for it",
            "rules[1]: there is no requirement 'others'",
            "cluster 'trino': its coordinators are those of ui, and TLS is as there",
            "passgate.health.interval: it is 5000ms, and was 10000ms too",
            "passgate.limits.answer-pause: it is 60000ms, and was 7000ms too",
            "clusters[2]: an address of it is in the file once more")
        .doesNotContain("health.timeout", "it asked for no token", "9000ms");
    assertThat(run.out())
        .contains(
            "default-label: ui",
            "answer-pause: 60000ms",
            "routes[0].route: its timeout of 15000ms is that of statements now")
        .doesNotContain("300000ms");
    accepted(run);
  }

  /** Envoy removed what the client said, and a rule would believe it. */
  @Test
  void makesNoRuleOfAHeaderThatWasAClaim() throws Exception {
    String filters =
        """
        typed_config:
                  http_filters:
                  - name: envoy.filters.http.jwt_authn
                    typed_config:
                      providers:
                        a:
                          issuer: https://a.example
                          audiences: [trino]
                          claim_to_headers: [{header_name: X-Team, claim_name: team}]
                      rules: [{match: {safe_regex: {regex: '/.*'}}, requires: {provider_name: a}}]
                  - {name: envoy.filters.http.lua}
        """;
    CommandRun run =
        imported(
            twoRoutes(
                    "{match: {prefix: /, headers: [{name: x-team, exact_match: a}]},"
                        + " route: {cluster: trino}}")
                .replace("typed_config:\n", filters));

    assertThat(run.err())
        .contains("headers[0]: Envoy or a filter of it set it", "it asked for a token on /v1/info");
    assertThat(run.out()).contains("unmatched: refuse").doesNotContain("rules:");

    CommandRun other =
        imported(
            twoRoutes(
                    "{match: {prefix: /, headers: [{name: x-source, exact_match: a}]},"
                        + " route: {cluster: trino}}")
                .replace("typed_config:\n", filters));
    assertThat(other.err()).contains("headers[0]: a filter may have set it");
    assertThat(other.out()).contains("unmatched: refuse").doesNotContain("rules:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x-envoy-internal | {name: envoy.filters.http.cors}
          X-Request-ID     | {name: envoy.filters.http.cors}
          x-team           | {name: envoy.filters.http.ext_authz, typed_config: {http_service: {authorization_response: {allowed_upstream_headers: {patterns: [{exact: X-Team}]}}}}}
          x-team           | {name: envoy.filters.http.ext_authz, typed_config: {http_service: {authorization_response: {allowed_upstream_headers: {patterns: [{prefix: x-}]}}}}}
          x-team           | {name: envoy.filters.http.ext_authz, typed_config: {grpc_service: {envoy_grpc: {cluster_name: a}}}}
          x-team           | {name: envoy.filters.http.jwt_authn, config_discovery: {}}
          x-team           | {name: envoy.filters.http.header_mutation}
          """)
  void makesNoRuleOfAHeaderThatEnvoySets(String header, String filter) throws Exception {
    CommandRun run = imported(ruled(header, filter));

    assertThat(run.err()).contains("set it, and here it is the client's");
    assertThat(run.out()).contains("unmatched: refuse").doesNotContain("rules:");
  }

  @Test
  void makesARuleBesideFiltersThatSetOthers() throws Exception {
    for (String filter :
        List.of(
            "{name: envoy.filters.http.cors}",
            "{name: envoy.filters.http.ext_authz, typed_config: {http_service:"
                + " {authorization_response: {allowed_upstream_headers: {patterns: [{exact: x-a}]}}}}}")) {
      assertThat(imported(ruled("x-team", filter)).out()).contains("x-team: a");
    }
  }

  private static String ruled(String header, String filter) {
    return twoRoutes(
            "{match: {prefix: /, headers: [{name: "
                + header
                + ", exact_match: a}]}, route: {cluster: trino}}")
        .replace(
            "typed_config:\n",
            "typed_config:\n          http_filters:\n          - " + filter + "\n");
  }

  @Test
  void tellsThatAnotherNameWasAskedForInTls() throws Exception {
    CommandRun run =
        imported(
            oneRoute("prefix: /")
                .replace(
                    "name: trino,",
                    "name: trino, transport_socket: {name: tls, typed_config: {sni: trino.example}},"));

    assertThat(run.err())
        .contains("typed_config.sni: the name asked for is that in the URL")
        .hasLineCount(1);
    assertThat(run.out()).contains("https://trino:8080");
  }

  @Test
  void givesWeightsToClustersThatOtherRoutesHaveToo() throws Exception {
    CommandRun run =
        imported(
            """
            static_resources:
              listeners:
              - address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      route_config:
                        virtual_hosts:
                        - domains: ["*"]
                          routes:
                          - match: {prefix: /, headers: [{name: x, exact_match: canary}]}
                            route: {cluster: green}
                          - match: {prefix: /}
                            route:
                              weighted_clusters:
                                clusters:
                                - {name: blue, weight: 90}
                                - {name: green, weight: 10}
                                - {name: grey, weight: 0}
              clusters:
              - name: blue
                load_assignment:
                  endpoints:
                  - lb_endpoints:
                    - endpoint: {address: {socket_address: {address: b1, port_value: 80}}}
                    - endpoint: {address: {socket_address: {address: b2, port_value: 80}}}
                    - endpoint: {address: {socket_address: {address: b3, port_value: 80}}}
              - {name: green, hosts: [{socket_address: {address: green, port_value: 80}}]}
              - {name: grey, hosts: [{socket_address: {address: grey, port_value: 80}}]}
            """);

    assertThat(run.err()).isEmpty();
    Map<String, Object> made = new Yaml().load(run.out());
    assertThat(made)
        .extractingByKey("passgate")
        .asString()
        .contains(
            "default-label=weighted",
            "url=http://b1:80, labels=[blue, weighted], weight=30}",
            "url=http://b3:80, labels=[blue, weighted], weight=30}",
            "green={url=http://green:80, labels=[weighted], weight=10}",
            "grey={url=http://grey:80}");
  }

  @Test
  void takesTheDefaultFromTheRouteOfStatementsAndTellsGroupsOfWeightsApart() throws Exception {
    CommandRun run =
        imported(
            """
            static_resources:
              listeners:
              - address: {socket_address: {address: 0.0.0.0, port_value: 8080}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      route_config:
                        virtual_hosts:
                        - domains: ["*"]
                          routes:
                          - {match: {prefix: /ui}, route: {cluster: ui}}
                          - match: {prefix: /, headers: [{name: x, exact_match: a}]}
                            route:
                              weighted_clusters:
                                clusters: [{name: a, weight: 1}, {name: b, weight: 2}]
                          - match: {prefix: /}
                            route:
                              weighted_clusters:
                                clusters: [{name: c, weight: 3}, {name: d, weight: 4}]
              clusters:
              - {name: ui, hosts: [{socket_address: {address: ui, port_value: 80}}]}
              - {name: a, hosts: [{socket_address: {address: a, port_value: 80}}]}
              - {name: b, hosts: [{socket_address: {address: b, port_value: 80}}]}
              - {name: c, hosts: [{socket_address: {address: c, port_value: 80}}]}
              - {name: d, hosts: [{socket_address: {address: d, port_value: 80}}]}
            """);

    assertThat(run.err())
        .contains("routes[0]: a query and its polls go to one cluster, whatever the path")
        .hasLineCount(1);
    assertThat(run.out()).contains("default-label: weighted-2", "label: weighted\n");
    Map<String, Object> made = new Yaml().load(run.out());
    assertThat(made)
        .extractingByKey("passgate")
        .asString()
        .contains(
            "a={url=http://a:80, labels=[weighted], weight=1}",
            "d={url=http://d:80, labels=[weighted-2], weight=4}");
  }

  @Test
  void asksForTheIssuersOfAServiceThatDecided() throws Exception {
    CommandRun run =
        imported(
            """
            static_resources:
              listeners:
              - address: {socket_address: {address: 0.0.0.0, port_value: 8888}}
                filter_chains:
                - filters:
                  - name: envoy.filters.network.http_connection_manager
                    typed_config:
                      http_filters:
                      - name: envoy.filters.http.ext_authz
                        typed_config:
                          failure_mode_allow: true
                          http_service:
                            server_uri: {uri: "http://validator:9000", cluster: validator}
                      route_config:
                        virtual_hosts:
                        - domains: ["*"]
                          routes:
                          - {match: {path: /health}, direct_response: {status: 200}}
                          - {match: {prefix: /}, route: {cluster: trino}}
              clusters:
              - name: trino
                hosts: [{socket_address: {address: trino, port_value: 8080}}]
              - name: validator
                hosts: [{socket_address: {address: validator, port_value: 9000}}]
            """);

    assertThat(run.status()).isEqualTo(3);
    assertThat(run.err())
        .contains("failure_mode_allow: nobody gets in", "Say whom it trusted: passgate.issuers");
    assertThat(run.out()).contains("failure-status: 403", "http://trino:8080");
    Path file = Files.writeString(folder.resolve("imported.yml"), run.out());
    CommandRun check =
        CommandRun.of("check-config", "--spring.config.location=classpath:/,file:" + file);
    assertThat(check.err()).startsWith("passgate.issuers is not set").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1, 2]",
        "a: [",
        "a: !!java.io.File /etc/passwd",
        "static_resources: {listeners: 5}",
        "static_resources: {}",
        "a: &a [x]\na: 2",
        "a: *s3cret",
        "a: !!binary s3cret-s3cret",
        "a: s3cret \u0007",
        """
        static_resources:
          listeners:
          - filter_chains:
            - filters:
              - name: http_connection_manager
                config:
                  http_filters:
                  - name: jwt_authn
                    config:
                      providers: {a: {issuer: "https://${passgate.signing-key}"}}
        """,
        """
        static_resources:
          listeners:
          - filter_chains:
            - filters:
              - name: http_connection_manager
                config:
                  http_filters:
                  - name: jwt_authn
                    config:
                      rules: [{match: {prefix: /}, requires: &r {requires_any: {requirements: [*r]}}}]
        """,
        ""
      })
  void refusesWhatIsNoConfigurationOfEnvoy(String text) throws IOException {
    CommandRun run = imported(text);

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isNotBlank().doesNotContain("Exception", "s3cret");
  }

  @Test
  void refusesAPartThatIsInItself() throws IOException {
    CommandRun run =
        imported("static_resources: {listeners: &l [{filter_chains: [{filters: *l}]}]}");

    assertThat(run.err()).contains("a part of it is in itself").hasLineCount(1);
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void refusesWhatWouldFillTheMemory() throws IOException {
    assertThat(imported("[".repeat(100_000)).status()).isEqualTo(1);
    StringBuilder bomb = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 100; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    assertThat(imported(bomb.toString()).status()).isEqualTo(1);
    assertThat(CommandRun.of("import-envoy", "/nowhere/envoy.yaml").err())
        .isEqualTo("/nowhere/envoy.yaml: there is no such file\n");
    assertThat(CommandRun.of("import-envoy").status()).isEqualTo(2);
  }
}
