package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.ClusterChange;
import dev.passgate.cluster.ClusterTls;
import dev.passgate.cluster.Clusters;
import dev.passgate.cluster.trust.Trust;
import dev.passgate.protocol.Origin;
import dev.passgate.testing.tls.SelfSignedCertificate;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import reactor.netty.http.client.HttpClient;

class ClusterHttpClientsTest {

  private static final Cluster MAIN = new Cluster("main", Origin.parse("http://main:8080"));
  private static final Cluster ETL = secure("https://etl:8443");
  private static final Cluster ELSEWHERE = secure("https://elsewhere:8443");

  private final Clusters clusters = new Clusters(List.of(MAIN, ETL));
  private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

  private SslBundle bundle;
  private ClusterHttpClients clients;
  private HttpClient before;

  @BeforeEach
  void makeClients(@TempDir Path folder) {
    bundle =
        SslBundle.of(
            new PemSslStoreBundle(
                null,
                PemSslStoreDetails.forCertificate(
                    "file:" + SelfSignedCertificate.createIn(folder).certificatePem())));
    bundles.registerBundle("etl", bundle);
    clients = new ClusterHttpClients(HttpClient.create(), HttpClient.create(), clusters, bundles);
    before = clients.of(ETL, true);
  }

  private static Cluster secure(String url) {
    return new Cluster(
        "etl",
        Origin.parse(url),
        Set.of("etl"),
        1,
        false,
        false,
        Trust.CONNECTION,
        true,
        new ClusterTls("etl", false));
  }

  @Test
  void keepsTheClientOfAClusterThatHasGone() {
    ClusterChange.apply(clusters, MAIN);

    assertThat(clients.of(ETL, true)).isSameAs(before);
  }

  @Test
  void keepsTheClientOfAClusterThatIsReachedOtherwise() {
    ClusterChange.apply(clusters, MAIN, ELSEWHERE);

    assertThat(clients.of(ETL, true)).isSameAs(before);
    assertThat(clients.of(ELSEWHERE, true)).isNotSameAs(before);
  }

  @Test
  void hasAClusterThatHasGoneFollowItsBundle() {
    ClusterChange.apply(clusters, MAIN);
    bundles.updateBundle("etl", bundle);

    HttpClient after = clients.of(ETL, true);
    assertThat(after).isNotSameAs(before);
    assertThat(clients.of(ETL, true)).isSameAs(after);
  }

  @Test
  void keepsTheClientsOfABundleWhoseNextOneCannotBeUsed() {
    SslBundle wrong =
        SslBundle.of(
            new PemSslStoreBundle(null, PemSslStoreDetails.forCertificate("file:/nowhere/ca.crt")));
    bundles.updateBundle("etl", wrong);
    assertThat(clients.of(ETL, true)).isSameAs(before);

    ClusterChange.apply(clusters, MAIN);
    bundles.updateBundle("etl", wrong);
    assertThat(clients.of(ETL, true)).isSameAs(before);
  }

  @Test
  void hasAClusterThatCameHaveTheBundleOfNow() {
    ClusterChange.apply(clusters, MAIN);
    bundles.updateBundle("etl", bundle);
    ClusterChange.apply(clusters, MAIN, ELSEWHERE);
    HttpClient first = clients.of(ELSEWHERE, true);
    bundles.updateBundle("etl", bundle);

    assertThat(clients.of(ELSEWHERE, true)).isNotSameAs(first);
  }

  @Test
  void hasAllClustersOfABundleFollowIt() {
    bundles.updateBundle("etl", bundle);

    assertThat(clients.of(ETL, true)).isNotSameAs(before);
    assertThat(clients.of(MAIN, true)).isSameAs(clients.of(MAIN, false));
  }
}
