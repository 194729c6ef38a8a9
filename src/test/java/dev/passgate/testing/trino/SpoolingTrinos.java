package dev.passgate.testing.trino;

import dev.passgate.testing.storage.S3Store;
import dev.passgate.testing.trino.SpoolingTrino.Retrieval;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** A spooling Trino of each kind, and the store that they share. */
public final class SpoolingTrinos {

  private static final ConcurrentMap<Retrieval, SpoolingTrino> TRINOS = new ConcurrentHashMap<>();

  private SpoolingTrinos() {}

  /** The store, started the first time; it ends with the JVM. Do not close it. */
  public static S3Store store() {
    return Store.STORE;
  }

  /** The Trino, started the first time. Who has used it closes it, for all. */
  public static SpoolingTrino get(Retrieval retrieval) {
    return TRINOS.computeIfAbsent(retrieval, kind -> SpoolingTrino.start(store(), kind));
  }

  private static final class Store {
    static final S3Store STORE = S3Store.start(SpoolingTrino.BUCKET);
  }
}
