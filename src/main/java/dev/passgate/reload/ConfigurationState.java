package dev.passgate.reload;

import java.time.Instant;
import java.util.List;

/**
 * What is in force, and what became of the last change. Holds no secret.
 *
 * @param version grows with each change that comes into force, from 1
 * @param appliedAt when it came into force
 * @param digest stands for the files that it was read from, with their paths; says nothing of what
 *     they hold to who has no signing key
 * @param files their paths; none where the configuration is from elsewhere
 * @param current whether the files are in force as they are now: false while a change of them is
 *     refused
 * @param lastAttempt when a change was last looked at, or the start
 * @param mistakes why it was refused; none where it was not
 * @param awaitingRestart the keys whose change waits for a restart
 */
record ConfigurationState(
    long version,
    Instant appliedAt,
    String digest,
    List<String> files,
    boolean current,
    Instant lastAttempt,
    List<String> mistakes,
    List<String> awaitingRestart) {

  ConfigurationState {
    files = List.copyOf(files);
    mistakes = List.copyOf(mistakes);
    awaitingRestart = List.copyOf(awaitingRestart);
  }

  ConfigurationState refused(Instant now, List<String> why) {
    return new ConfigurationState(
        version, appliedAt, digest, files, false, now, why, awaitingRestart);
  }

  ConfigurationState restored(Instant now) {
    return new ConfigurationState(
        version, appliedAt, digest, files, true, now, List.of(), awaitingRestart);
  }
}
