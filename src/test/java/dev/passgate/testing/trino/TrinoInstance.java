package dev.passgate.testing.trino;

import java.net.URI;

/** A Trino that runs, and answers queries. */
public interface TrinoInstance extends AutoCloseable {

  /** Where it listens: scheme, host and port, no path. */
  URI uri();

  /** Stops it; a second time does nothing. */
  @Override
  void close();

  /** Starts one as the tests want it: a process, unless {@link TrinoMode#PROPERTY} says else. */
  static TrinoInstance start(TrinoSetup setup) {
    return TrinoMode.configured(TrinoMode.PROCESS).start(setup);
  }
}
