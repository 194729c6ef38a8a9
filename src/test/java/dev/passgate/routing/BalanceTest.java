package dev.passgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.trust.Trust;
import dev.passgate.protocol.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BalanceTest {

  private final Map<String, Integer> running = new HashMap<>();
  private final Balance turns = new Balance(false, _ -> 0);
  private final Balance least =
      new Balance(true, cluster -> running.getOrDefault(cluster.name(), 0));

  private static Cluster cluster(String name, int weight) {
    return new Cluster(
        name,
        Origin.parse("http://" + name),
        Set.of(name),
        weight,
        false,
        false,
        Trust.CONNECTION,
        true,
        null);
  }

  private static String chosen(Balance balance, int times, Cluster... some) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < times; i++) {
      names.append(balance.next("any", List.of(some)).name());
    }
    return names.toString();
  }

  @Test
  void takesTurnsByWeight() {
    assertThat(chosen(turns, 14, cluster("a", 5), cluster("b", 1), cluster("c", 1)))
        .isEqualTo("aabacaaaabacaa");
    assertThat(chosen(least, 4, cluster("a", 1), cluster("b", 1))).isEqualTo("abab");
  }

  /** In any row of turns each has its share, off by less than one turn for each of the others. */
  @ParameterizedTest
  @CsvSource({"1,1,1", "1,2,3", "1,10,100", "7,7,1", "1000,1,1000"})
  void isFairAtAnyTime(int first, int second, int third) {
    List<Cluster> all = List.of(cluster("a", first), cluster("b", second), cluster("c", third));
    double total = first + second + third;
    Map<Cluster, Integer> counts = new HashMap<>();
    for (int i = 1; i <= 3 * total; i++) {
      counts.merge(turns.next("any", all), 1, Integer::sum);
      for (Cluster cluster : all) {
        assertThat(counts.getOrDefault(cluster, 0))
            .isBetween(
                (int) Math.floor(i * cluster.weight() / total) - 2,
                (int) Math.ceil(i * cluster.weight() / total) + 2);
      }
    }
    for (Cluster cluster : all) {
      assertThat(counts.get(cluster)).isEqualTo(3 * cluster.weight());
    }
  }

  @Test
  void turnsOfALabelAreItsOwn() {
    Cluster a = cluster("a", 1);
    Cluster b = cluster("b", 1);

    assertThat(turns.next("x", List.of(a, b))).isEqualTo(a);
    assertThat(turns.next("y", List.of(a, b))).isEqualTo(a);
    assertThat(turns.next("x", List.of(a, b))).isEqualTo(b);
  }

  @Test
  void goesOnWhereOneIsMissingForAWhile() {
    Cluster a = cluster("a", 1);
    Cluster b = cluster("b", 1);
    chosen(turns, 4, a, b);

    assertThat(chosen(turns, 3, a)).isEqualTo("aaa");
    assertThat(chosen(turns, 4, a, b)).isEqualTo("abab");
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 3, 4, a", "1, 1, 4, 3, b", "1, 2, 3, 4, b", "2, 1, 5, 3, a", "1, 2, 2, 4, b"})
  void prefersTheFewestQueriesByWeight(int one, int other, int onA, int onB, String expected) {
    running.put("a", onA);
    running.put("b", onB);

    assertThat(chosen(least, 1, cluster("a", one), cluster("b", other))).isEqualTo(expected);
  }

  /** Where no query ends, the running ones come to be spread by weight, whatever was before. */
  @Test
  void evensOut() {
    List<Cluster> all = List.of(cluster("a", 3), cluster("b", 1), cluster("c", 2));
    running.put("b", 17);
    for (int i = 0; i < 600 - 17; i++) {
      running.merge(least.next("any", all).name(), 1, Integer::sum);
    }

    assertThat(running).containsEntry("a", 300).containsEntry("b", 100).containsEntry("c", 200);
  }

  @Test
  void peekingTakesNoTurn() {
    List<Cluster> all = List.of(cluster("a", 1), cluster("b", 1));
    List<Cluster> seen = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Cluster expected = turns.peek("any", all);
      assertThat(turns.peek("any", all)).isEqualTo(expected);
      assertThat(turns.next("any", all)).isEqualTo(expected);
      seen.add(expected);
    }
    assertThat(seen).extracting(Cluster::name).containsExactly("a", "b", "a", "b");
  }
}
