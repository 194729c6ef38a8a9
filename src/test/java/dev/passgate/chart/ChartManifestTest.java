package dev.passgate.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.marcnuri.helm.LintResult;
import dev.passgate.testing.helm.Chart;
import dev.passgate.testing.helm.Release;
import dev.passgate.testing.helm.ServiceMonitor;
import dev.passgate.testing.helm.StrictYaml;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.gatewayapi.v1.HTTPRoute;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart makes is what Kubernetes knows, field by field. */
class ChartManifestTest {

  private static Object[] valueSets() {
    return Chart.valueFiles().stream()
        .map(file -> file.getFileName().toString().replace("-values.yaml", ""))
        .map(name -> Arguments.argumentSet(name, name))
        .toArray();
  }

  @Test
  void pleasesHelmLint() {
    LintResult result = Chart.lint();

    assertThat(result.getMessages()).containsExactly("[INFO] Chart.yaml: icon is recommended");
    assertThat(result.isFailed()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("valueSets")
  void makesOnlyWhatKubernetesKnows(String values) {
    Release release = Chart.render(Chart.values(values));

    assertThat(release.manifests())
        .hasSizeGreaterThan(4)
        .doesNotHaveDuplicates()
        .allSatisfy(
            manifest -> {
              Map<String, Object> metadata = section(manifest, "metadata");
              assertThat(metadata).containsEntry("namespace", Chart.NAMESPACE);
              assertThat(String.valueOf(metadata.get("name")))
                  .matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
              assertThat(section(metadata, "labels"))
                  .containsEntry("app.kubernetes.io/instance", Chart.RELEASE)
                  .containsEntry("app.kubernetes.io/managed-by", "Helm")
                  .containsKeys(
                      "helm.sh/chart",
                      "app.kubernetes.io/name",
                      "app.kubernetes.io/version",
                      "app.kubernetes.io/component");
            });
    assertThat(release.manifests().stream().map(ChartManifestTest::kindAndName))
        .doesNotHaveDuplicates();
  }

  @Test
  void makesEachKindWhereItIsWanted() {
    Release release = Chart.render(Chart.values("everything"));

    assertThat(release.manifests().stream().map(manifest -> manifest.get("kind")).distinct())
        .containsExactlyInAnyOrder(
            kinds(
                Deployment.class,
                Service.class,
                Ingress.class,
                HTTPRoute.class,
                ConfigMap.class,
                HorizontalPodAutoscaler.class,
                PodDisruptionBudget.class,
                NetworkPolicy.class,
                ServiceMonitor.class,
                ServiceAccount.class,
                Pod.class));
  }

  @Test
  void makesNothingUnasked() {
    Release release = Chart.render(Chart.values("trial"));

    assertThat(release.manifests().stream().map(manifest -> manifest.get("kind")).distinct())
        .containsExactlyInAnyOrder(
            kinds(Deployment.class, Service.class, ConfigMap.class, Pod.class));
  }

  @Test
  void leavesTheConfigMapThatIsThereAlone() {
    Release release = Chart.render(Chart.values("existing-config-map"));

    assertThat(release.all(ConfigMap.class)).isEmpty();
    assertThat(release.one(Deployment.class).getSpec().getTemplate().getSpec().getVolumes())
        .anySatisfy(
            volume -> assertThat(volume.getConfigMap().getName()).isEqualTo("passgate-config"));
  }

  /** That the test above can fail: a wrong field in every kind, at two depths. */
  @Test
  void findsAFieldThatKubernetesDoesNotKnow() {
    List<Map<String, Object>> manifests = Chart.render(Chart.values("everything")).manifests();

    assertThat(manifests)
        .allSatisfy(
            manifest -> {
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> Release.read(with(manifest, "replica", 2)))
                  .withMessageContaining("Unrecognized field \"replica\"");
              Map<String, Object> metadata = section(manifest, "metadata");
              assertThatIllegalArgumentException()
                  .isThrownBy(
                      () ->
                          Release.read(
                              with(manifest, "metadata", with(metadata, "label", Map.of()))))
                  .withMessageContaining("Unrecognized field \"label\"");
            });
    assertThat(manifests.stream().filter(manifest -> manifest.containsKey("spec")))
        .hasSizeGreaterThan(7)
        .allSatisfy(
            manifest -> {
              Map<String, Object> spec = with(section(manifest, "spec"), "selectors", Map.of());
              assertThatIllegalArgumentException()
                  .isThrownBy(() -> Release.read(with(manifest, "spec", spec)))
                  .withMessageContaining("Unrecognized field \"selectors\"");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {name: PORT, value: 8443} | Integer value
          {name: TLS, value: true} | Boolean value
          {name: FROM, valuefrom: {}} | Unrecognized field "valuefrom"
          {name: FROM, valueFrom: {secretKeyRef: {name: x, keys: y}}} | Unrecognized field "keys"
          """)
  void findsMistakesDeepWithin(String variable, String message) {
    String manifest =
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: x}
        spec: {template: {spec: {containers: [{name: x, env: [%s]}]}}}
        """
            .formatted(variable);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Release.read(StrictYaml.read(manifest)))
        .withMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{apiVersion: policy/v1beta1, kind: PodDisruptionBudget}",
        "{apiVersion: v1, kind: Deployment}",
        "{kind: Service}"
      })
  void findsAKindThatKubernetesDoesNotKnow(String manifest) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Release.read(StrictYaml.read(manifest)))
        .withMessageContaining("no kind that the chart makes");
  }

  private static Object[] kinds(Class<?>... models) {
    return List.of(models).stream().map(Class::getSimpleName).toArray();
  }

  private static String kindAndName(Map<String, Object> manifest) {
    return manifest.get("kind") + " " + section(manifest, "metadata").get("name");
  }

  private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
    Map<String, Object> changed = new LinkedHashMap<>(map);
    changed.put(key, value);
    return changed;
  }

  @SuppressWarnings("unchecked") // of manifests that were read strictly
  private static Map<String, Object> section(Map<String, Object> map, String key) {
    return (Map<String, Object>) Objects.requireNonNull(map.get(key), key);
  }
}
