package dev.passgate.affinity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.Cluster;
import dev.passgate.protocol.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionIdsTest {

  private static final Cluster A = new Cluster("a", Origin.parse("http://a:8080"));
  private static final Cluster B = new Cluster("b", Origin.parse("http://b:8080"));
  private static final Owner ALICE = new Owner("acme", "a-1", "alice");
  private static final Owner BOB = new Owner("acme", "b-1", "bob");
  private static final String ID = "0b5b1d1e-6a2c-4b53-9a41-8fbb0ce9a1f0";

  private final TransactionIds ids = TestSignatures.transactions(A, B);

  @Test
  void leadsBackToWhereItWasStarted() {
    String given = ids.give(B, ALICE, ID);

    assertThat(given).startsWith(ID + ".").isNotEqualTo(ids.give(A, ALICE, ID));
    assertThat(ids.read(given, ALICE)).isEqualTo(new TransactionIds.Transaction(B, ID));
  }

  @Test
  void isOfNobodyElse() {
    assertThat(ids.read(ids.give(B, ALICE, ID), BOB)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", ID, ID + ".", "NONE"})
  void isNothingThatWasNotGiven(String given) {
    assertThat(ids.read(given, ALICE)).isNull();
  }

  @Test
  void cannotBeChanged() {
    String given = ids.give(B, ALICE, ID);

    assertThat(ids.read(given.replaceFirst("0", "1"), ALICE)).isNull();
    assertThat(ids.read("x" + given, ALICE)).isNull();
    assertThat(ids.read(given + "x", ALICE)).isNull();
  }
}
