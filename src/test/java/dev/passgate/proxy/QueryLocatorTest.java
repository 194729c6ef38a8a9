package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.affinity.CoordinatorIds;
import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import dev.passgate.failure.ClusterException;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.QueryId;
import dev.passgate.testing.http.OriginResponse;
import dev.passgate.testing.http.RecordingOrigin;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

final class QueryLocatorTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final QueryId ID = new QueryId("20260101_000000_00000_abcde");

  private final RecordingOrigin one = RecordingOrigin.start();
  private final RecordingOrigin two = RecordingOrigin.start();
  private final Cluster first = cluster("first", one);
  private final Cluster second = cluster("second", two);
  private final Clusters clusters = new Clusters(List.of(first, second));
  private final CoordinatorIds ids = new CoordinatorIds();

  /** With one for each, the next request waits until the one before has given it back. */
  private final ConnectionProvider provider = ConnectionProvider.create("test", 1);

  private final ClusterHttpClients clients =
      new ClusterHttpClients(
          HttpClient.create(provider),
          HttpClient.create(provider),
          clusters,
          new DefaultSslBundleRegistry());

  private static Cluster cluster(String name, RecordingOrigin origin) {
    return new Cluster(name, Origin.parse(origin.uri().toString()));
  }

  @AfterEach
  void close() {
    provider.disposeLater().block(LIMIT);
    one.close();
    two.close();
  }

  private @Nullable Cluster locate(int statusOfFirst, int statusOfSecond) {
    one.respondWith(_ -> OriginResponse.of(statusOfFirst, ""));
    two.respondWith(_ -> OriginResponse.of(statusOfSecond, ""));
    return new QueryLocator(clusters, ids, new QueryProbe(clients))
        .locate(ID, TestExchanges.get("/v1/query/" + ID))
        .block(LIMIT);
  }

  @Test
  void findsTheOneThatHasIt() {
    assertThat(locate(404, 200)).isEqualTo(second);
    assertThat(ids.find(ID)).isEqualTo(second);
  }

  /** Who may not use a cluster at all is refused there whatever he asks for. */
  @Test
  void believesTheOneThatHasItBeforeOneThatRefuses() {
    assertThat(locate(403, 200)).isEqualTo(second);
    assertThat(locate(200, 403)).isEqualTo(second);
  }

  @Test
  void learnsNothingForEverybodyFromARefusal() {
    assertThat(locate(404, 403)).isEqualTo(second);
    assertThat(ids.find(ID)).isNull();
    assertThat(locate(403, 404)).isEqualTo(first);
  }

  @Test
  void findsNothingWhereNoneHasIt() {
    assertThat(locate(404, 410)).isNull();
    assertThat(ids.find(ID)).isNull();
  }

  @Test
  void doesNotTakeOneThatCannotSayForOneThatHasItNot() {
    assertThatThrownBy(() -> locate(404, 500)).isInstanceOf(ClusterException.class);
    assertThatThrownBy(() -> locate(403, 500)).isInstanceOf(ClusterException.class);
    two.close();
    assertThatThrownBy(() -> locate(404, 404)).isInstanceOf(ClusterException.class);
    assertThat(locate(200, 404)).isEqualTo(first);
  }

  @Test
  void keepsTheConnectionsOfGuesses() {
    locate(404, 404);
    assertThat(one.requests()).hasSize(1);
    new QueryProbe(clients)
        .ask(first, new QueryId("20260101_000000_00001_abcde"), TestExchanges.get("/"))
        .block(LIMIT);

    assertThat(one.requests()).hasSize(2);
    assertThat(one.connectionsAccepted()).isEqualTo(1);
  }
}
