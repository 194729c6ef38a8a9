package dev.passgate.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.testing.helm.Chart;
import dev.passgate.testing.helm.StrictYaml;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wrong values are refused before anything is installed, and the person reads which and why. */
class ChartValuesTest {

  private static Map<String, Object> minimum(String more) {
    return StrictYaml.merge(Chart.values("minimum"), StrictYaml.read(more));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          replicas: 3 | additional properties 'replicas' not allowed
          replicaCount: 0 | at '/replicaCount': minimum: got 0, want 1
          replicaCount: "2" | at '/replicaCount': got string, want integer
          image: {name: passgate} | at '/image': additional properties 'name' not allowed
          image: {digest: "sha256:12"} | at '/image/digest': 'sha256:12' does not match pattern
          image: {pullPolicy: Sometimes} | at '/image/pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'
          signingKey: {secret: x} | at '/signingKey': additional properties 'secret' not allowed
          signingKey: {existingSecret: My_Key} | at '/signingKey/existingSecret': 'My_Key' does not match pattern
          signingKey: {existingSecret: ""} | replicaCount is 2, expected signingKey.existingSecret with it, or 1: pods refuse each other's URIs
          {signingKey: {existingSecret: ""}, replicaCount: 1, autoscaling: {enabled: true}} | autoscaling.enabled is true, expected signingKey.existingSecret with it
          {signingKey: {existingSecret: "", acceptedKeys: old}, replicaCount: 1} | signingKey.acceptedKeys is set, expected signingKey.existingSecret with it
          config: [a] | at '/config': got array, want object
          config: {passgate: {signing-key: c2VjcmV0}} | config.passgate.signing-key holds a secret, expected ${NAME} with NAME set from a Secret
          config: {passgate: {accepted-signing-keys: [c2VjcmV0]}} | config.passgate.accepted-signing-keys[0] holds a secret
          config: {passgate: {limits.shared.redis.password: hunter2}} | config.passgate.limits.shared.redis.password holds a secret
          config: {passgate: {shutdown: {delay: 10s}}} | config.passgate.shutdown is set, expected shutdown.delaySeconds and shutdown.timeoutSeconds
          config: {server: {port: 8080}} | at '/config/server/port': value must be 8888
          config: {server: {ssl: {bundle: x}}} | config.server.ssl is set, expected tls.existingSecret
          config: {management: {server: {port: 9091}}} | at '/config/management/server/port': value must be 9090
          config: {management: {server: {base-path: /x}}} | config.management.server.base-path is set, expected no such key
          existingConfigMap: other | config and existingConfigMap are both set, expected one of them
          tls: {enabled: true} | at '/tls': additional properties 'enabled' not allowed
          files: {Passwords: {secret: x}} | 'Passwords' does not match pattern
          files: {passwords: {secret: x, configMap: z}} | files.passwords has neither or both of secret and configMap, expected one of them
          files: {passwords: {}} | files.passwords has neither or both of secret and configMap, expected one of them
          files: {tls: {secret: x}} | files.tls is set, expected another name
          extraEnv: [{value: x}] | at '/extraEnv/0': missing property 'name'
          extraEnv: [{name: PASSGATE_SHUTDOWN_DELAY, value: 9s}] | extraEnv has PASSGATE_SHUTDOWN_DELAY, expected the chart's own value
          extraLabels: {app.kubernetes.io/name: x} | invalid propertyName 'app.kubernetes.io/name'
          service: {type: ExternalName} | at '/service/type': value must be one of 'ClusterIP', 'NodePort', 'LoadBalancer'
          service: {httpPort: 70000} | at '/service/httpPort': maximum: got 70,000, want 65,535
          service: {httpPort: 0} | service.httpPort is 0, expected tls.existingSecret with it
          ingress: {enabled: true} | at '/ingress/hosts': minItems: got 0, want 1
          ingress: {enabled: true, hosts: ["https://trino.example.com"]} | at '/ingress/hosts/0': 'https://trino.example.com' does not match pattern
          ingress: {enabled: true, hosts: [trino.example.com], backendPort: https} | ingress.backendPort is https, expected tls.existingSecret with it
          ingress: {enabled: true, hosts: [trino.example.com], backendPort: management} | at '/ingress/backendPort': value must be one of 'http', 'https'
          httpRoute: {enabled: true} | at '/httpRoute/parentRefs': minItems: got 0, want 1
          {httpRoute: {enabled: true, parentRefs: [{name: x}]}, tls: {existingSecret: x}, service: {httpPort: 0}} | httpRoute.enabled is true, expected a service.httpPort other than 0
          autoscaling: {enabled: true, minReplicas: 5, maxReplicas: 3} | autoscaling.minReplicas is 5, expected at most autoscaling.maxReplicas, 3
          podDisruptionBudget: {maxUnavailable: 0} | at '/podDisruptionBudget/maxUnavailable'
          networkPolicy: {trino: {ports: [http]}} | at '/networkPolicy/trino/ports/0': got string, want integer
          networkPolicy: {dns: {ports: []}} | at '/networkPolicy/dns/ports': minItems: got 0, want 1
          serviceMonitor: {interval: 30} | at '/serviceMonitor/interval': got number, want string
          topologySpread: {whenUnsatisfiable: Never} | at '/topologySpread/whenUnsatisfiable': value must be one of
          resources: {memory: 1Gi} | at '/resources': additional properties 'memory' not allowed
          probes: {readiness: {path: /} } | at '/probes/readiness': additional properties 'path' not allowed
          shutdown: {delaySeconds: 5s} | at '/shutdown/delaySeconds': got string, want integer
          shutdown: {gracePeriodSeconds: 60} | at '/shutdown': additional properties 'gracePeriodSeconds' not allowed
          """)
  void saysWhichValueIsWrong(String values, String message) {
    assertThatThrownBy(() -> Chart.render(minimum(values)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(message);
  }

  @Test
  void asksForAConfiguration() {
    assertThatThrownBy(() -> Chart.render(Map.of()))
        .hasMessageContaining("config is empty, expected the gateway's application.yml there");
  }

  /** The text of a failure may go to a log that many read. */
  @Test
  void keepsTheSecretThatItRefusesToItself() {
    assertThatThrownBy(() -> Chart.render(minimum("config: {passgate: {signing-key: c2VjcmV0}}")))
        .message()
        .doesNotContain("c2VjcmV0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          config: {passgate: {signing-key: "${KEY}"}}
          extraEnv: [{name: PASSGATE_SIGNING_KEY, valueFrom: {secretKeyRef: {name: x, key: z}}}]
          envFrom: [{secretRef: {name: x}}]
          replicaCount: 1
          """)
  void takesTheKeyFromWhereverItComes(String values) {
    assertThat(
            Chart.render(
                    StrictYaml.merge(
                        minimum("signingKey: {existingSecret: \"\"}"), StrictYaml.read(values)))
                .manifests())
        .isNotEmpty();
  }

  /** Of a chart that has this one as a part. */
  @Test
  void leavesGlobalValuesAlone() {
    assertThat(Chart.render(minimum("global: {imageRegistry: x}")).manifests()).isNotEmpty();
  }
}
