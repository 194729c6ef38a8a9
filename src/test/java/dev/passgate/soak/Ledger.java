package dev.passgate.soak;

import dev.passgate.soak.Faults.Fault;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Judges what became of exchanges, and counts. Safe for use by several threads. */
final class Ledger {

  private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

  /** So many of the wrong ones are kept in full. */
  private static final int KEPT = 50;

  /** What became of the exchanges of one kind. */
  static final class Counts {
    long right;
    long explained;
    long wrong;
  }

  private final Faults faults;
  private final String restarted;
  private final String steadyCoordinator;
  private final Map<String, Counts> counts = new TreeMap<>();
  private final Map<String, Integer> explanations = new TreeMap<>();
  private final List<String> wrong = new ArrayList<>();

  /**
   * @param restarted the name of the cluster whose coordinator is restarted
   * @param steadyCoordinator the end of the ids of queries on the one that is not
   */
  Ledger(Faults faults, String restarted, String steadyCoordinator) {
    this.faults = faults;
    this.restarted = restarted;
    this.steadyCoordinator = steadyCoordinator;
  }

  /** All of an answer was as it must be. */
  synchronized void right(String kind) {
    of(kind).right++;
  }

  /** An exchange ended otherwise. */
  synchronized void failed(String kind, Attempt attempt, Throwable failure) {
    if (isExplained(attempt, failure)) {
      of(kind).explained++;
      explanations.merge(kind + ": " + firstLine(failure), 1, Integer::sum);
      return;
    }
    of(kind).wrong++;
    if (wrong.size() < KEPT) {
      String circumstances =
          "%s, after %d ms, of issuer %s, on %s, while %s: %s"
              .formatted(
                  kind,
                  (System.nanoTime() - attempt.begun()) / 1_000_000,
                  attempt.issuer(),
                  where(attempt),
                  faults.underWay().isEmpty() ? "no fault is under way" : faults.underWay(),
                  trace(failure));
      LOG.error("Wrong: {}", circumstances);
      wrong.add(circumstances);
    }
  }

  private String where(Attempt attempt) {
    if (attempt.coordinator() == null) {
      return attempt.needsCluster() ? "no cluster yet" : "no cluster";
    }
    return steadyCoordinator.equals(attempt.coordinator())
        ? "the cluster that is never restarted"
        : "cluster " + restarted;
  }

  /**
   * Whether a fault is the reason. That an answer has the wrong content never has one: what cannot
   * be answered must be an error.
   */
  private boolean isExplained(Attempt attempt, Throwable failure) {
    int status = failure instanceof Failed failed ? failed.status() : 0;
    if (failure instanceof Error || status == 500) {
      return false;
    }
    if (attempt.needsCluster()
        && !steadyCoordinator.equals(attempt.coordinator())
        && (status == 0 || status == 200 || status == 404 || status >= 502)
        && faults.metSince(Fault.COORDINATOR_RESTART, restarted, attempt.begun())) {
      return true;
    }
    String issuer = attempt.issuer();
    return issuer != null
        && attempt.coordinator() == null
        && (status == 401 || status == 503 || told(failure).contains("Authentication failed"))
        && faults.metSince(Fault.KEY_ROTATION, issuer, attempt.begun());
  }

  private Counts of(String kind) {
    return counts.computeIfAbsent(kind, _ -> new Counts());
  }

  synchronized Map<String, Counts> counts() {
    return new TreeMap<>(counts);
  }

  /** What was told where a fault was the reason, and how often. */
  synchronized Map<String, Integer> explanations() {
    return new TreeMap<>(explanations);
  }

  /** The first of the wrong ones, with their circumstances. */
  synchronized List<String> wrong() {
    return List.copyOf(wrong);
  }

  synchronized long total() {
    return counts.values().stream().mapToLong(of -> of.right + of.explained + of.wrong).sum();
  }

  private static String told(Throwable failure) {
    StringBuilder told = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      told.append(cause.getMessage()).append('\n');
    }
    return told.toString();
  }

  /** Without ids and ports, so that the same ones count as the same. */
  private static String firstLine(Throwable failure) {
    String line =
        (failure instanceof Failed ? "" : failure.getClass().getSimpleName() + ": ")
            + String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    return line.replaceAll("\\d{8}_\\d{6}_\\d{5}_\\w{5}", "<query>")
        .replaceAll("https?://[^\\s,)]+", "<uri>")
        .replaceAll("\\d{4,}", "<number>");
  }

  private static String trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    return trace
        .toString()
        .replaceAll("eyJ[\\w-]+\\.[\\w-]*\\.[\\w-]*", "<token>")
        .lines()
        .filter(line -> !line.startsWith("\tat ") || line.contains("dev.passgate"))
        .limit(20)
        .reduce("", (text, line) -> text + line + "\n");
  }
}
