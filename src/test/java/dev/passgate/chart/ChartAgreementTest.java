package dev.passgate.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.passgate.testing.helm.Chart;
import dev.passgate.testing.helm.Release;
import dev.passgate.testing.helm.ServiceMonitor;
import dev.passgate.testing.helm.StrictYaml;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.convert.DurationStyle;

/** What the manifests say of each other is so: names, labels, ports, times. */
class ChartAgreementTest {

  private static Object[] valueSets() {
    return Chart.valueFiles().stream()
        .map(file -> file.getFileName().toString().replace("-values.yaml", ""))
        .map(name -> Arguments.argumentSet(name, name))
        .toArray();
  }

  private static Release render(String values) {
    return Chart.render(Chart.values(values));
  }

  private static Release render(String values, String more) {
    return Chart.render(StrictYaml.merge(Chart.values(values), StrictYaml.read(more)));
  }

  private static PodSpec pod(Release release) {
    return release.one(Deployment.class).getSpec().getTemplate().getSpec();
  }

  private static Container container(Release release) {
    assertThat(pod(release).getContainers()).hasSize(1);
    return pod(release).getContainers().getFirst();
  }

  private static Map<String, String> podLabels(Release release) {
    return release.one(Deployment.class).getSpec().getTemplate().getMetadata().getLabels();
  }

  private static Service service(Release release, boolean management) {
    List<Service> services =
        release.all(Service.class).stream()
            .filter(one -> one.getMetadata().getName().endsWith("-management") == management)
            .toList();
    assertThat(services).hasSize(1);
    return services.getFirst();
  }

  private static String variable(Release release, String name) {
    List<String> values =
        container(release).getEnv().stream()
            .filter(variable -> variable.getName().equals(name))
            .map(EnvVar::getValue)
            .toList();
    assertThat(values).as(name).hasSize(1);
    return values.getFirst();
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void selectsItsOwnPodsAndNoOthers(String values) {
    Release release = render(values);
    Map<String, String> labels = podLabels(release);
    Map<String, String> testLabels = release.one(Pod.class).getMetadata().getLabels();
    Map<String, String> selector =
        release.one(Deployment.class).getSpec().getSelector().getMatchLabels();

    assertThat(labels).containsAllEntriesOf(selector);
    assertThat(testLabels)
        .isNotEmpty()
        .doesNotContainEntry("app.kubernetes.io/component", "gateway");
    assertThat(selector)
        .containsEntry("app.kubernetes.io/component", "gateway")
        .containsEntry("app.kubernetes.io/instance", Chart.RELEASE);
    assertThat(release.all(Service.class))
        .hasSize(2)
        .allSatisfy(service -> assertThat(service.getSpec().getSelector()).isEqualTo(selector));
    assertThat(release.all(PodDisruptionBudget.class))
        .allSatisfy(
            budget ->
                assertThat(budget.getSpec().getSelector().getMatchLabels()).isEqualTo(selector));
    assertThat(release.all(NetworkPolicy.class))
        .allSatisfy(
            policy ->
                assertThat(policy.getSpec().getPodSelector().getMatchLabels()).isEqualTo(selector));
    assertThat(pod(release).getTopologySpreadConstraints())
        .allSatisfy(
            spread -> assertThat(spread.getLabelSelector().getMatchLabels()).isEqualTo(selector));
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void leadsToPortsThatThePodHas(String values) {
    Release release = render(values);
    List<String> ports =
        container(release).getPorts().stream().map(ContainerPort::getName).toList();
    Container container = container(release);

    assertThat(container.getPorts().stream().map(ContainerPort::getContainerPort))
        .isSubsetOf(8888, 8443, 9090)
        .contains(8888, 9090);
    assertThat(release.all(Service.class))
        .allSatisfy(
            service ->
                assertThat(
                        service.getSpec().getPorts().stream()
                            .map(port -> port.getTargetPort().getStrVal()))
                    .isNotEmpty()
                    .isSubsetOf(ports));
    assertThat(
            List.of(
                container.getStartupProbe(),
                container.getLivenessProbe(),
                container.getReadinessProbe()))
        .allSatisfy(
            probe -> assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management"));
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void showsTheManagementPortToNobodyOutside(String values) {
    Release release = render(values);
    Service clients = service(release, false);
    Service management = service(release, true);

    assertThat(clients.getSpec().getPorts().stream().map(port -> port.getTargetPort().getStrVal()))
        .doesNotContain("management");
    assertThat(management.getSpec().getType()).isEqualTo("ClusterIP");
    assertThat(management.getSpec().getPorts().stream().map(ServicePort::getPort))
        .containsExactly(9090);
    assertThat(release.all(Ingress.class).stream())
        .flatExtracting(ingress -> ingress.getSpec().getRules())
        .flatExtracting(rule -> rule.getHttp().getPaths())
        .allSatisfy(
            path -> {
              var backend = path.getBackend().getService();
              assertThat(backend.getName()).isEqualTo(clients.getMetadata().getName());
              assertThat(clients.getSpec().getPorts().stream().map(ServicePort::getName))
                  .contains(backend.getPort().getName());
            });
    assertThat(release.all(HTTPRoute.class).stream())
        .flatExtracting(route -> route.getSpec().getRules())
        .flatExtracting(rule -> rule.getBackendRefs())
        .allSatisfy(
            backend -> {
              assertThat(backend.getName()).isEqualTo(clients.getMetadata().getName());
              assertThat(clients.getSpec().getPorts().stream().map(ServicePort::getPort))
                  .contains(backend.getPort());
            });
  }

  @Test
  void tellsPrometheusOfTheManagementServiceAlone() {
    Release release = render("everything");
    ServiceMonitor monitor = release.one(ServiceMonitor.class);
    Map<String, String> selector = monitor.spec().selector().getMatchLabels();

    assertThat(service(release, true).getMetadata().getLabels()).containsAllEntriesOf(selector);
    assertThat(service(release, false).getMetadata().getLabels())
        .isNotEmpty()
        .doesNotContainKey("passgate.dev/port");
    assertThat(service(release, true).getSpec().getPorts().stream().map(ServicePort::getName))
        .containsAll(
            monitor.spec().endpoints().stream().map(ServiceMonitor.Endpoint::port).toList());
    assertThat(monitor.metadata().getLabels()).containsEntry("release", "prometheus");
  }

  @Test
  void scalesTheDeploymentWithoutANumberOfItsOwn() {
    Release release = render("autoscaling");
    Deployment deployment = release.one(Deployment.class);
    HorizontalPodAutoscaler autoscaler = release.one(HorizontalPodAutoscaler.class);

    assertThat(autoscaler.getSpec().getScaleTargetRef().getName())
        .isEqualTo(deployment.getMetadata().getName());
    assertThat(autoscaler.getSpec().getScaleTargetRef().getKind()).isEqualTo(deployment.getKind());
    assertThat(deployment.getSpec().getReplicas()).isNull();
    assertThat(container(release).getResources().getRequests()).containsKey("cpu");
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void mountsFoldersThatThereAre(String values) {
    Release release = render(values);
    List<String> volumes = pod(release).getVolumes().stream().map(Volume::getName).toList();
    List<VolumeMount> mounts = container(release).getVolumeMounts();

    assertThat(mounts.stream().map(VolumeMount::getName))
        .containsExactlyInAnyOrderElementsOf(volumes);
    assertThat(mounts.stream().map(VolumeMount::getMountPath))
        .doesNotHaveDuplicates()
        .contains("/opt/passgate/config", "/tmp");
    assertThat(mounts)
        .allSatisfy(
            mount -> {
              assertThat(mount.getSubPath()).as("files under a subPath never change").isNull();
              assertThat(mount.getMountPath().equals("/tmp"))
                  .isNotEqualTo(Boolean.TRUE.equals(mount.getReadOnly()));
            });
  }

  @Test
  void mountsEachFolderOfFiles() {
    Release release = render("everything");

    assertThat(
            container(release).getVolumeMounts().stream()
                .map(mount -> mount.getName() + " " + mount.getMountPath()))
        .contains(
            "tls /etc/passgate/tls",
            "files-passwords /etc/passgate/passwords",
            "files-denied /etc/passgate/denied",
            "files-client-ca /etc/passgate/client-ca");
    assertThat(pod(release).getVolumes().stream().filter(volume -> volume.getSecret() != null))
        .hasSize(3)
        .allSatisfy(volume -> assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0440));
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void leavesTimeForTheWholeEnd(String values) {
    Release release = render(values);
    var lifecycle = container(release).getLifecycle();
    Duration before =
        lifecycle == null
            ? Duration.ZERO
            : Duration.ofSeconds(lifecycle.getPreStop().getSleep().getSeconds());
    Duration delay = DurationStyle.detectAndParse(variable(release, "PASSGATE_SHUTDOWN_DELAY"));
    Duration limit = DurationStyle.detectAndParse(variable(release, "PASSGATE_SHUTDOWN_TIMEOUT"));

    assertThat(Duration.ofSeconds(pod(release).getTerminationGracePeriodSeconds()))
        .isGreaterThan(before.plus(delay).plus(limit));
  }

  @Test
  void takesTheTimesOfTheEndFromTheValues() {
    Release release = render("everything");

    assertThat(pod(release).getTerminationGracePeriodSeconds()).isEqualTo(10 + 20 + 300 + 10);
    assertThat(variable(release, "PASSGATE_SHUTDOWN_DELAY")).isEqualTo("20s");
    assertThat(variable(release, "PASSGATE_SHUTDOWN_TIMEOUT")).isEqualTo("300s");
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void mayDoNothingThatItDoesNotNeed(String values) {
    Release release = render(values);

    assertThat(List.of(pod(release), release.one(Pod.class).getSpec()))
        .allSatisfy(
            pod -> {
              assertThat(pod.getAutomountServiceAccountToken()).isFalse();
              assertThat(pod.getEnableServiceLinks()).isFalse();
              assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
              assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(10001);
              assertThat(pod.getSecurityContext().getSeccompProfile().getType())
                  .isEqualTo("RuntimeDefault");
              assertThat(pod.getContainers())
                  .allSatisfy(
                      container -> {
                        var context = container.getSecurityContext();
                        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
                        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
                        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
                        assertThat(context.getCapabilities().getAdd()).isNullOrEmpty();
                        assertThat(container.getResources().getLimits()).containsKey("memory");
                      });
            });
    assertThat(release.all(ServiceAccount.class))
        .allSatisfy(
            account -> {
              assertThat(account.getAutomountServiceAccountToken()).isFalse();
              assertThat(pod(release).getServiceAccountName())
                  .isEqualTo(account.getMetadata().getName());
            });
  }

  @Test
  void letsClientsInByEveryPortOfTheirsAndPrometheusByTheOther() {
    Release release = render("everything");
    var rules = release.one(NetworkPolicy.class).getSpec().getIngress();

    assertThat(names(rules.get(0).getPorts())).containsExactly("http", "https");
    assertThat(rules.get(0).getFrom()).hasSize(1);
    assertThat(names(rules.get(1).getPorts())).containsExactly("management");
    assertThat(rules.get(1).getFrom()).hasSize(1);
    assertThat(names(rules.get(2).getPorts())).containsExactly("http", "https", "management");
    assertThat(release.one(Pod.class).getMetadata().getLabels())
        .containsAllEntriesOf(rules.get(2).getFrom().getFirst().getPodSelector().getMatchLabels());
    assertThat(rules).hasSize(4);
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void hasNoRuleThatIsOpenByAccident(String values) {
    assertThat(render(values).all(NetworkPolicy.class))
        .allSatisfy(
            policy -> {
              assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
              assertThat(policy.getSpec().getIngress())
                  .allSatisfy(
                      rule -> {
                        assertThat(rule.getPorts()).isNotEmpty();
                        if (names(rule.getPorts()).contains("management")) {
                          assertThat(rule.getFrom()).isNotEmpty();
                        }
                      });
              assertThat(policy.getSpec().getEgress())
                  .allSatisfy(rule -> assertThat(rule.getPorts()).isNotEmpty());
            });
  }

  @Test
  void letsNobodyScrapeWhereNobodyIsNamed() {
    Release release = render("minimum", "networkPolicy: {metrics: {from: []}}");

    assertThat(release.one(NetworkPolicy.class).getSpec().getIngress())
        .filteredOn(rule -> names(rule.getPorts()).contains("management"))
        .singleElement()
        .satisfies(
            rule ->
                assertThat(rule.getFrom().getFirst().getPodSelector().getMatchLabels())
                    .containsEntry("app.kubernetes.io/component", "test"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          minimum             | 8080           | 443
          everything          | 8443,8080,8081 | 636,1636,443,8443,9443,6380
          existing-config-map | 8080           | 443,636
          """)
  void goesWhereTheConfigurationLeads(String values, String trino, String providers) {
    var rules = render(values).one(NetworkPolicy.class).getSpec().getEgress();

    assertThat(ports(rules.get(0).getPorts())).startsWith("53", "53");
    assertThat(ports(rules.get(1).getPorts())).containsExactly(trino.split(",", -1));
    assertThat(ports(rules.get(2).getPorts())).containsExactly(providers.split(",", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {passgate: {clusters: {a: {url: "http://trino"}}}}             | 80
          {passgate: {clusters: {a: {url: "https://trino"}}}}            | 443
          {passgate: {clusters: {a: {url: "https://trino:8443"}}}}       | 443,8443
          {passgate: {clusters.a.url: "http://[2001:db8::1]:8081"}}      | 8081
          {"passgate.clusters.a.url": "http://trino:8082"}               | 8082
          {passgate: {issuers.a.jwk-set-uri: "http://idp:8180/x:1/keys"}} | 8180
          {passgate: {issuers.a.introspection.uri: "https://idp:9443"}}  | 9443
          {passgate: {authentication.basic.ldap.url: "ldap://d1, ldap://d2:390"}} | 389,390
          """)
  void findsThePortsOfTheConfiguration(String config, String ports) {
    Map<String, Object> values =
        StrictYaml.merge(
            Chart.values("trial"),
            StrictYaml.read("{config: " + config + ", networkPolicy: {enabled: true}}"));

    assertThat(
            Chart.render(values).one(NetworkPolicy.class).getSpec().getEgress().stream()
                .flatMap(rule -> ports(rule.getPorts()).stream()))
        .contains(ports.split(",", -1));
  }

  @Test
  void takesTheKeysFromTheSecret() {
    assertThat(container(render("everything")).getEnv())
        .filteredOn(
            variable ->
                variable.getName().endsWith("SIGNING_KEY")
                    || variable.getName().endsWith("SIGNING_KEYS"))
        .extracting(
            EnvVar::getName,
            variable -> variable.getValueFrom().getSecretKeyRef().getName(),
            variable -> variable.getValueFrom().getSecretKeyRef().getKey())
        .containsExactly(
            tuple("PASSGATE_SIGNING_KEY", "passgate-signing-keys", "current"),
            tuple("PASSGATE_ACCEPTED_SIGNING_KEYS", "passgate-signing-keys", "previous"));
  }

  @Test
  void restartsPodsForAChangedConfigurationIfItIsToldTo() {
    String change = "config: {passgate: {service-name: other}}";

    assertThat(template("minimum", change)).isEqualTo(template("minimum", "{}"));
    assertThat(template("everything", change)).isNotEqualTo(template("everything", "{}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          image: {tag: "1.2"}                  | passgate:1.2
          image: {repository: r.example/p}     | r.example/p:0.1.0-SNAPSHOT
          image: {digest: "sha256:%1$s"}       | passgate@sha256:%1$s
          """)
  void namesTheImage(String values, String image) {
    String digest = "0123456789abcdef".repeat(4);

    assertThat(container(render("minimum", values.formatted(digest))).getImage())
        .isEqualTo(image.formatted(digest));
  }

  @Test
  void tellsWhatToDoNext() {
    assertThat(Chart.notes(Chart.values("minimum")))
        .contains("http://test-passgate.data.svc:8888")
        .contains("helm test test --namespace data")
        .doesNotContain("WARNING");
    assertThat(Chart.notes(Chart.values("trial")))
        .contains("WARNING: There is no signingKey.existingSecret");
    assertThat(
            Chart.notes(
                StrictYaml.merge(
                    Chart.values("minimum"),
                    StrictYaml.read("ingress: {enabled: true, hosts: [trino.example.com]}"))))
        .contains("http://trino.example.com")
        .contains("Set config.passgate.external-url or\nconfig.passgate.trusted-proxies");
  }

  private static Object template(String values, String more) {
    return render(values, more).one(Deployment.class).getSpec().getTemplate();
  }

  private static List<String> names(Collection<NetworkPolicyPort> ports) {
    return ports.stream().map(NetworkPolicyPort::getPort).map(IntOrString::getStrVal).toList();
  }

  private static List<String> ports(Collection<NetworkPolicyPort> ports) {
    return ports.stream().map(port -> port.getPort().getIntVal().toString()).toList();
  }
}
