package dev.passgate.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.cluster.trust.TrustKind;
import dev.passgate.protocol.Origin;
import dev.passgate.setting.InvalidSetting;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ClusterPropertiesTest {

  @Test
  void readsTheCluster() {
    ClusterProperties properties = bind(Map.of("passgate.clusters.main.url", "http://trino:8080"));

    ClusterSettings main = only(properties);
    assertThat(main.origin()).isEqualTo(Origin.parse("http://trino:8080"));
    assertThat(main.kind()).isEqualTo(TrustKind.NONE);
    assertThat(main.sendsOriginalUser()).isTrue();
    assertThat(main.tls()).isNull();
    assertThat(properties.needKeys()).isFalse();
  }

  @Test
  void takesASlashAfterTheUrl() {
    ClusterProperties properties = bind(Map.of("passgate.clusters.eu.url", "https://trino.eu/"));

    assertThat(only(properties).origin()).isEqualTo(new Origin("https", "trino.eu", 443));
  }

  @Test
  void rejectsNoCluster() {
    assertThatThrownBy(() -> bind(Map.of()))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "passgate.clusters is not set, expected at least one cluster, such as"
                + " passgate.clusters.main.url: http://trino:8080");
  }

  @Test
  void rejectsTwoClustersAtOneAddress() {
    assertThatThrownBy(
            () ->
                bind(
                    Map.of(
                        "passgate.clusters.a.url", "http://a:8080",
                        "passgate.clusters.b.url", "http://A:8080/")))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "passgate.clusters.b.url is 'http://A:8080/', expected another address than that of a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trino:8080",
        "ftp://trino",
        "http://",
        "http://trino/path",
        "http://trino?query",
        "http://user@trino",
        "http://trino:0",
        "http://trino:65536",
        "http://tri no"
      })
  void rejectsAUrlThatIsNoOrigin(String url) {
    assertThatThrownBy(() -> bind(Map.of("passgate.clusters.main.url", url)))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "passgate.clusters.main.url is '"
                + url.replace("user@", "***@")
                + "', expected http(s)://host[:port] of a Trino coordinator");
  }

  @Test
  void rejectsAClusterWithoutUrl() {
    assertThatThrownBy(() -> bind(Map.of("passgate.clusters.main.trust", "none")))
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(
            "passgate.clusters.main.url is not set, expected http(s)://host[:port] of a Trino"
                + " coordinator");
  }

  private static ClusterSettings only(ClusterProperties properties) {
    return properties.clusters().values().iterator().next();
  }

  private static ClusterProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate("passgate", ClusterProperties.class);
  }
}
