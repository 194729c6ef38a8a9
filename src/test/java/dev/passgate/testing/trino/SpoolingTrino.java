package dev.passgate.testing.trino;

import dev.passgate.testing.Background;
import dev.passgate.testing.storage.S3Store;
import java.net.URI;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A real Trino that puts results into an object store in many small segments, whatever their size,
 * where a client offers to take them so.
 */
public final class SpoolingTrino implements TrinoInstance {

  /** The bucket that the store must have. */
  public static final String BUCKET = "spool";

  /** How a client gets a segment ({@code io.trino.server.protocol.spooling.SpoolingConfig}). */
  public enum Retrieval {
    /** From the store, by a URI that is signed beforehand. */
    STORAGE,
    /** From the coordinator. */
    COORDINATOR_PROXY,
    /** The coordinator redirects to the store. */
    COORDINATOR_STORAGE_REDIRECT,
    /** The coordinator redirects to a worker. */
    WORKER_PROXY
  }

  // For the tests alone, and the same on all nodes.
  private static final String SHARED_KEY = "cGFzc2dhdGUncyB0ZXN0cyBzcG9vbCByZXN1bHRzISE=";

  private final TrinoServer coordinator;
  private final @Nullable TrinoServer worker;

  private SpoolingTrino(TrinoServer coordinator, @Nullable TrinoServer worker) {
    this.coordinator = coordinator;
    this.worker = worker;
  }

  /** Starts one, with a worker beside the coordinator where segments come from workers. */
  public static SpoolingTrino start(S3Store store, Retrieval retrieval) {
    TrinoSetup setup = setup(store, retrieval);
    if (retrieval != Retrieval.WORKER_PROXY) {
      return new SpoolingTrino(TrinoServer.start(setup), null);
    }
    URI address = TrinoServer.freeAddress();
    CompletableFuture<TrinoServer> worker =
        Background.begin(
            () ->
                TrinoServer.start(
                    // Of the coordinator's own properties a worker says that they are not used.
                    setup
                        .withFile(
                            "config.properties", "http-server.http.port=${ENV:TRINO_HTTP_PORT}")
                        .withProperty("coordinator", "false")
                        .withProperty("discovery.uri", address.toString())));
    TrinoServer coordinator =
        TrinoServer.start(
            setup.withProperty("node-scheduler.include-coordinator", "false"), address.getPort());
    return new SpoolingTrino(coordinator, worker.join());
  }

  private static TrinoSetup setup(S3Store store, Retrieval retrieval) {
    return TrinoSetup.standard()
        .quickToStart()
        .withProperty("protocol.spooling.enabled", "true")
        .withProperty("protocol.spooling.shared-secret-key", SHARED_KEY)
        .withProperty("protocol.spooling.retrieval-mode", retrieval.name().toLowerCase(Locale.ROOT))
        .withProperty("protocol.spooling.inlining.enabled", "false")
        .withProperty("protocol.spooling.initial-segment-size", "1kB")
        .withProperty("protocol.spooling.max-segment-size", "2kB")
        // A page is never divided between segments, however small these should be.
        .withCatalog("tpch", "connector.name=tpch\ntpch.max-rows-per-page=1000\n")
        .withFile(
            "spooling-manager.properties",
            """
            spooling-manager.name=filesystem
            fs.s3.enabled=true
            fs.location=s3://%s/
            fs.segment.encryption=true
            s3.endpoint=%s
            s3.region=us-east-1
            s3.aws-access-key=%s
            s3.aws-secret-key=%s
            s3.path-style-access=true
            """
                .formatted(BUCKET, store.uri(), S3Store.KEY, S3Store.SECRET));
  }

  @Override
  public URI uri() {
    return coordinator.uri();
  }

  /** Where the worker listens, of one that has a worker. */
  public URI workerUri() {
    if (worker == null) {
      throw new IllegalStateException("it has no worker");
    }
    return worker.uri();
  }

  @Override
  public void close() {
    coordinator.close();
    if (worker != null) {
      worker.close();
    }
  }
}
