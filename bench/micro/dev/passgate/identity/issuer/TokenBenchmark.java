package dev.passgate.identity.issuer;

import com.nimbusds.jose.JWSAlgorithm;
import dev.passgate.identity.Identity;
import dev.passgate.identity.TokenDigest;
import dev.passgate.identity.Trail;
import dev.passgate.identity.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A token that is remembered, one that isn't, and what it takes to verify it then. */
@State(Scope.Thread)
public class TokenBenchmark {

  private final FakeTime time = new FakeTime();
  private final TokenCache cache = new TokenCache(10_000, time);
  private final JwtTokenVerifier remembering = verifier(cache);
  private final JwtTokenVerifier forgetting = verifier(new TokenCache(0, time));
  private final String rsa = Token.good().signedBy(Fixtures.FIRST);
  private final String elliptic =
      Token.good("elliptic")
          .withHeader("RS256", "ES256")
          .signedBy(Fixtures.ELLIPTIC, JWSAlgorithm.ES256);
  private final String unknown = Token.good().signedBy(Fixtures.SECOND);

  public TokenBenchmark() {
    require(verify(remembering, rsa));
    require(verify(forgetting, elliptic));
  }

  private JwtTokenVerifier verifier(TokenCache tokens) {
    IssuerSettings settings = Fixtures.settings(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
    FakeKeySource source = new FakeKeySource().has(Fixtures.FIRST, Fixtures.ELLIPTIC);
    IssuerRegistry registry =
        IssuerRegistry.of(List.of(settings), one -> source, () -> {}, time.surroundings());
    return new JwtTokenVerifier(registry, tokens, 64 * 1024);
  }

  private static @Nullable Verdict verify(JwtTokenVerifier verifier, String token) {
    return verifier.verify(token, Trail.NONE).block();
  }

  private static void require(@Nullable Verdict verdict) {
    if (!(verdict instanceof Identity)) {
      throw new IllegalStateException(String.valueOf(verdict));
    }
  }

  @Benchmark
  public @Nullable Verdict cacheHit() {
    return verify(remembering, rsa);
  }

  /** Only what the memory takes to not have it. */
  @Benchmark
  public @Nullable Identity cacheMiss() {
    return cache.get(TokenDigest.of(unknown));
  }

  @Benchmark
  public @Nullable Verdict verifyRs256() {
    return verify(forgetting, rsa);
  }

  @Benchmark
  public @Nullable Verdict verifyEs256() {
    return verify(forgetting, elliptic);
  }
}
