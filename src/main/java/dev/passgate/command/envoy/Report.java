package dev.passgate.command.envoy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What is to be told beside the settings. */
final class Report {

  private static final int MAX_LENGTH = 300;

  private final Set<String> missing = new LinkedHashSet<>();
  private final Set<String> notes = new LinkedHashSet<>();

  /** Something of Envoy's has no equivalent. */
  void missing(String what) {
    missing.add(line(what));
  }

  /** Something is another way than in Envoy, and nothing is missing. */
  void note(String what) {
    notes.add(line(what));
  }

  List<String> missing() {
    return new ArrayList<>(missing);
  }

  List<String> notes() {
    return new ArrayList<>(notes);
  }

  /** Text of a file of somebody else's, that is to stay in a comment. */
  private static String line(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " ");
    return line.length() > MAX_LENGTH ? line.substring(0, MAX_LENGTH) + "..." : line;
  }
}
