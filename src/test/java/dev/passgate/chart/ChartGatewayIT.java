package dev.passgate.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.passgate.testing.TemporaryFolder;
import dev.passgate.testing.gateway.Gateway;
import dev.passgate.testing.helm.Chart;
import dev.passgate.testing.helm.Release;
import dev.passgate.testing.helm.ServiceMonitor;
import dev.passgate.testing.helm.StrictYaml;
import dev.passgate.testing.http.RecordingOrigin;
import dev.passgate.testing.issuer.LocalIssuer;
import dev.passgate.testing.tls.SelfSignedCertificate;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** What the chart makes is what the gateway reads and answers. */
class ChartGatewayIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Path folder = TemporaryFolder.create("chart");

  @AfterEach
  void deleteFolder() {
    TemporaryFolder.delete(folder);
  }

  private static Container container(Release release) {
    return release
        .one(Deployment.class)
        .getSpec()
        .getTemplate()
        .getSpec()
        .getContainers()
        .getFirst();
  }

  /**
   * A gateway with the rendered file, in a folder as the kubelet makes it of a ConfigMap, and the
   * rendered environment; on ports of its own.
   */
  private Gateway start(Release release, SelfSignedCertificate... shown) throws IOException {
    Path version = Files.createDirectories(folder.resolve("config/..2026_01_01_00_00_00.1"));
    Files.writeString(
        version.resolve("application.yml"),
        release.one(ConfigMap.class).getData().get("application.yml"));
    Files.createSymbolicLink(folder.resolve("config/..data"), version.getFileName());
    Files.createSymbolicLink(
        folder.resolve("config/application.yml"), Path.of("..data/application.yml"));

    Map<String, Object> environment = new LinkedHashMap<>();
    for (EnvVar variable : container(release).getEnv()) {
      if (variable.getValue() != null) {
        environment.put(variable.getName(), variable.getValue());
      }
    }
    Gateway.Builder builder =
        Gateway.inFrontOf(URI.create("http://127.0.0.1:1"))
            .without("passgate.clusters.main.url")
            .without("passgate.shutdown.delay")
            .with("spring.config.location", "classpath:/,file:" + folder.resolve("config") + "/");
    for (SelfSignedCertificate certificate : shown) {
      environment.put("PASSGATE_TLS_PORT", "0");
      environment.replace(
          "SPRING_SSL_BUNDLE_PEM_KUBERNETES_KEYSTORE_CERTIFICATE",
          "file:/etc/passgate/tls/tls.crt",
          "file:" + certificate.certificatePem());
      environment.replace(
          "SPRING_SSL_BUNDLE_PEM_KUBERNETES_KEYSTORE_PRIVATEKEY",
          "file:/etc/passgate/tls/tls.key",
          "file:" + certificate.privateKeyPem());
    }
    return builder
        .adding(
            context ->
                context
                    .getEnvironment()
                    .getPropertySources()
                    .addAfter(
                        CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource("pod-systemEnvironment", environment)))
        .start();
  }

  private static int status(URI uri) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(HttpRequest.newBuilder(uri).timeout(LIMIT).build(), BodyHandlers.discarding())
          .statusCode();
    }
  }

  private static Release render(URI cluster, LocalIssuer issuer, String more) {
    // The three lines that make a service of a Trino chart the upstream.
    String upstream =
        """
        config:
          passgate:
            clusters.main.url: %s
        """
            .formatted(cluster);
    String issuers =
        "config: {passgate: {issuers: {acme: {issuer-uri: \"%s\", audiences: [trino]}}}}"
            .formatted(issuer.issuerUri());
    Map<String, Object> values =
        StrictYaml.merge(StrictYaml.read(upstream), StrictYaml.read(issuers));
    return Chart.render(
        StrictYaml.merge(
            StrictYaml.merge(
                values,
                StrictYaml.read(
                    "{signingKey: {existingSecret: passgate-signing-key},"
                        + " shutdown: {delaySeconds: 0}}")),
            StrictYaml.read(more)));
  }

  @Test
  void sendsQueriesToTheServiceThatThreeLinesName() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.start("acme");
        RecordingOrigin trino = RecordingOrigin.start();
        Gateway gateway = start(render(trino.uri(), issuer, "serviceMonitor: {enabled: true}"));
        HttpClient client = HttpClient.newHttpClient()) {
      trino.respondWith(trino::likeTrino);
      var answer =
          client.send(
              HttpRequest.newBuilder(gateway.uri().resolve("/v1/statement"))
                  .timeout(LIMIT)
                  .header("Authorization", "Bearer " + issuer.token("alice").build())
                  .POST(BodyPublishers.ofString("SELECT 1"))
                  .build(),
              BodyHandlers.ofString());

      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      assertThat(trino.requests()).hasSize(1);
    }
  }

  @Test
  void answersProbesAndPrometheusAndHelmTest() throws Exception {
    try (LocalIssuer issuer = LocalIssuer.start("acme")) {
      Release release =
          render(URI.create("http://127.0.0.1:1"), issuer, "serviceMonitor: {enabled: true}");
      try (Gateway gateway = start(release)) {
        Container container = container(release);
        List<String> paths =
            new ArrayList<>(
                Stream.of(
                        container.getStartupProbe(),
                        container.getLivenessProbe(),
                        container.getReadinessProbe())
                    .map(Probe::getHttpGet)
                    .map(get -> get.getPath())
                    .toList());
        release
            .one(ServiceMonitor.class)
            .spec()
            .endpoints()
            .forEach(endpoint -> paths.add(endpoint.path()));
        for (String path : paths) {
          assertThat(status(gateway.managementUri().resolve(path))).as(path).isEqualTo(200);
          assertThat(status(gateway.uri().resolve(path))).as(path).isEqualTo(404);
        }
        assertThat(helmTest(release, gateway.uri(), gateway.managementUri()))
            .as("exit status of helm test")
            .isZero();
        assertThat(helmTest(release, gateway.managementUri(), gateway.managementUri()))
            .as("exit status where nobody asks for a credential")
            .isNotZero();
      }
    }
  }

  @Test
  void speaksHttpsWithTheMountedCertificate() throws Exception {
    SelfSignedCertificate certificate = SelfSignedCertificate.create();
    try (LocalIssuer issuer = LocalIssuer.start("acme");
        Gateway gateway =
            start(
                render(
                    URI.create("http://127.0.0.1:1"),
                    issuer,
                    "tls: {existingSecret: trino-example-com}"),
                certificate);
        HttpClient client =
            HttpClient.newBuilder().sslContext(certificate.clientContext()).build()) {
      var answer =
          client.send(
              HttpRequest.newBuilder(gateway.tlsUri().resolve("/health")).timeout(LIMIT).build(),
              BodyHandlers.discarding());

      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  /** What the schema of the values leaves to the gateway, it does not let pass. */
  @Test
  void stopsAtAConfigurationThatIsWrong() {
    try (LocalIssuer issuer = LocalIssuer.start("acme")) {
      Release release =
          render(
              URI.create("http://127.0.0.1:1"),
              issuer,
              "config: {passgate: {clusterz.main.url: \"http://trino:8080\"}}");

      assertThatThrownBy(() -> start(release).close())
          .hasMessageContaining("passgate.clusterz.main.url is '***', expected a key");
    }
  }

  private int helmTest(Release release, URI gateway, URI management)
      throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
    Container test = release.one(Pod.class).getSpec().getContainers().getFirst();
    ProcessBuilder builder =
        new ProcessBuilder(
                Stream.concat(test.getCommand().stream(), test.getArgs().stream()).toList())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("helm-test.log").toFile());
    assertThat(test.getEnv().stream().map(EnvVar::getName))
        .containsOnly("MANAGEMENT", "GATEWAY", "SCHEME");
    builder.environment().put("MANAGEMENT", management.getAuthority());
    builder.environment().put("GATEWAY", gateway.getAuthority());
    builder.environment().put("SCHEME", gateway.getScheme());
    Process process = builder.start();
    try {
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }
}
