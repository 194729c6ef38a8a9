package dev.passgate.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.Cluster;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.QueryId;
import org.junit.jupiter.api.Test;

class CoordinatorIdsTest {

  private static final Cluster A = new Cluster("a", Origin.parse("http://a:8080"));
  private static final Cluster B = new Cluster("b", Origin.parse("http://b:8080"));

  private final CoordinatorIds ids = new CoordinatorIds();

  @Test
  void knowsAllQueriesOfACoordinatorByOne() {
    ids.learn(A, new QueryId("20260101_000000_00000_abcde"));
    ids.learn(B, "fghij");

    assertThat(ids.find(new QueryId("20260202_111111_00042_abcde"))).isEqualTo(A);
    assertThat(ids.find(new QueryId("20260202_111111_00042_fghij"))).isEqualTo(B);
    assertThat(ids.find(new QueryId("20260202_111111_00042_xxxxx"))).isNull();
  }

  @Test
  void keepsTheIdFromBeforeARestart() {
    ids.learn(A, "aaaaa");
    ids.learn(A, "bbbbb");

    assertThat(ids.find(new QueryId("20260101_000000_00000_aaaaa"))).isEqualTo(A);
    assertThat(ids.find(new QueryId("20260101_000000_00000_bbbbb"))).isEqualTo(A);
  }
}
