package dev.passgate.testing;

/** The one place that writes to standard output: what a person at a terminal should see. */
public final class Console {

  private Console() {}

  // Progress and the quick start's commands are for people to read and paste: a log's prefix on
  // every line would spoil both, and no logging is configured yet when the first line is due.
  @SuppressWarnings("SystemOut")
  public static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
