package dev.passgate.explain;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.passgate.cluster.Cluster;
import dev.passgate.routing.Choice;
import dev.passgate.routing.Preview;
import dev.passgate.routing.StatementKind;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request would go that may go to any cluster.
 *
 * @param statement what its statement does: read, write, ddl, session or other
 * @param outcome {@code chosen}, {@code unavailable} where no cluster of the label takes new
 *     queries now, or {@code unmatched} where no rule matches and such requests are refused
 * @param rule the rule that matches; absent where none does
 * @param label by which a cluster is looked for; {@code any} for all of them
 * @param clusters those of the label
 * @param chosen the cluster that the request would go to
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record RoutingStep(
    String statement,
    String outcome,
    @Nullable String rule,
    @Nullable String label,
    List<Candidate> clusters,
    @Nullable String chosen) {

  /**
   * A cluster of the label.
   *
   * @param state unknown, up or down
   * @param draining whether it gets no new queries
   * @param running how many queries it runs, as far as this gateway knows
   */
  public record Candidate(String name, String state, boolean draining, int weight, int running) {}

  static RoutingStep of(StatementKind statement, Preview preview) {
    String outcome =
        switch (preview.choice()) {
          case Choice.Chosen _ -> "chosen";
          case Choice.Unavailable _ -> "unavailable";
          case Choice.Unmatched _ -> "unmatched";
        };
    return new RoutingStep(
        statement.label(),
        outcome,
        preview.rule(),
        preview.label(),
        preview.candidates().stream().map(RoutingStep::candidate).toList(),
        preview.choice() instanceof Choice.Chosen chosen ? chosen.cluster().name() : null);
  }

  private static Candidate candidate(Preview.Candidate candidate) {
    Cluster cluster = candidate.cluster();
    return new Candidate(
        cluster.name(),
        candidate.state().name().toLowerCase(Locale.ROOT),
        cluster.draining(),
        cluster.weight(),
        candidate.running());
  }
}
