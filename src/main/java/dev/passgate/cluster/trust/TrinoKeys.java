package dev.passgate.cluster.trust;

import com.nimbusds.jose.jwk.JWKSet;
import dev.passgate.file.WatchedFile;
import dev.passgate.setting.InvalidSetting;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * The keys by which clusters know the gateway's tokens: the first signs, and all are published, so
 * that the next one is known before it signs, and the last one as long as its tokens last.
 */
public final class TrinoKeys implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(TrinoKeys.class);

  /** The keys, and what is published of them. */
  private record Ring(List<SigningKey> keys, String published) {

    static Ring of(List<SigningKey> keys) {
      return new Ring(
          keys, new JWKSet(keys.stream().map(SigningKey::published).toList()).toString(true));
    }
  }

  private final Supplier<Ring> ring;
  private final @Nullable WatchedFile<Ring> file;

  private TrinoKeys(Supplier<Ring> ring, @Nullable WatchedFile<Ring> file) {
    this.ring = ring;
    this.file = file;
  }

  /** For clusters that know the gateway by something else. */
  public static TrinoKeys none() {
    Ring empty = Ring.of(List.of());
    return new TrinoKeys(() -> empty, null);
  }

  /** One key for the life of this process: an EC key, as it signs fast. */
  public static TrinoKeys generated() {
    log.warn(
        "passgate.trino-keys.file is not set: the key that signs tokens for Trino is made for this"
            + " run, and no other replica has it");
    return of(List.of(generate()));
  }

  static TrinoKeys of(List<SigningKey> keys) {
    Ring only = Ring.of(keys);
    return new TrinoKeys(() -> only, null);
  }

  private static SigningKey generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return SigningKey.of(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no EC keys", e);
    }
  }

  /**
   * The keys of a file, read again when it changes.
   *
   * @throws InvalidSetting if it has none that are good enough
   */
  public static TrinoKeys read(Path path, Scheduler scheduler) {
    WatchedFile<Ring> file = watched(path);
    file.watch(scheduler);
    return new TrinoKeys(file::value, file);
  }

  private static WatchedFile<Ring> watched(Path path) {
    try {
      return WatchedFile.read(path, content -> Ring.of(SigningKeyFile.parse(content)));
    } catch (IllegalArgumentException e) {
      throw new InvalidSetting(
          "passgate.trino-keys.file",
          path,
          "a file of private keys, RSA of 2048 to 4096 bits or EC on P-256 or P-384, PKCS#8 in PEM ("
              + e.getMessage()
              + ")");
    }
  }

  /** Whether there are any. */
  public boolean exist() {
    return !ring.get().keys().isEmpty();
  }

  /** The public halves, as a JSON Web Key Set (RFC 7517, section 5). */
  public String published() {
    return ring.get().published();
  }

  SigningKey signing() {
    return ring.get().keys().getFirst();
  }

  @Override
  public void close() {
    if (file != null) {
      file.close();
    }
  }
}
