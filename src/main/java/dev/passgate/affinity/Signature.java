package dev.passgate.affinity;

import dev.passgate.cluster.Cluster;
import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A signature that is right, and what it says. */
final class Signature {

  private final Purpose purpose;
  private final @Nullable Cluster cluster;
  private final Instant signedAt;
  private final SigningKey key;
  private final byte[] owner;

  Signature(
      Purpose purpose, @Nullable Cluster cluster, Instant signedAt, SigningKey key, byte[] owner) {
    this.purpose = purpose;
    this.cluster = cluster;
    this.signedAt = signedAt;
    this.key = key;
    this.owner = owner;
  }

  /** What it is for. */
  Purpose purpose() {
    return purpose;
  }

  /** Where the signed thing lives; null where that cluster is no longer configured. */
  @Nullable Cluster cluster() {
    return cluster;
  }

  /** When it was made, in whole seconds. */
  Instant signedAt() {
    return signedAt;
  }

  /** A text that was hidden with the key of this signature, or null. */
  @Nullable String reveal(String hidden) {
    return key.reveal(hidden);
  }

  boolean isOf(Owner candidate) {
    return MessageDigest.isEqual(owner, Signer.ownerTag(key, candidate));
  }
}
