package dev.passgate.affinity;

import dev.passgate.cluster.Cluster;
import dev.passgate.protocol.Origin;
import dev.passgate.protocol.UriField;
import dev.passgate.protocol.UriMapping;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A {@code nextUri} on its way to the client, and the poll that comes back with it. */
@State(Scope.Thread)
public class SignedUriBenchmark {

  private static final Cluster MAIN = new Cluster("main", Origin.parse("http://trino:8080"));
  private static final Origin EXTERNAL = Origin.parse("https://gateway.example");
  private static final Owner ALICE = new Owner("acme", "a-1", "alice");
  private static final String POLL =
      "/v1/statement/executing/20260101_000000_00000_abcde/ye95d43ad5e6d6dc816293a5e3cb3a1c8d1e498db/4";

  private final SignedUris uris = TestSignatures.uris(MAIN);
  private final UriMapping mapping = uris.mapping(MAIN, EXTERNAL, ALICE);
  private final String query =
      Objects.requireNonNull(mapping.map(UriField.NEXT_URI, MAIN.origin() + POLL))
          .split("\\?", 2)[1];

  @Benchmark
  public @Nullable String sign() {
    return mapping.map(UriField.NEXT_URI, "http://trino:8080" + POLL);
  }

  @Benchmark
  public boolean verify() {
    return Objects.requireNonNull(uris.read(POLL, query)).isOf(ALICE);
  }
}
