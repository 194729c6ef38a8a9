package dev.passgate.affinity;

import dev.passgate.cluster.Cluster;
import org.jspecify.annotations.Nullable;

/**
 * The ids of transactions, which clients send back as they got them ({@code
 * X-Trino-Started-Transaction-Id}, {@code X-Trino-Transaction-Id}): {@code <id>.<signature>}.
 */
public final class TransactionIds {

  /** What clients send where there is no transaction. */
  private static final String NONE = "NONE";

  /**
   * A transaction.
   *
   * @param cluster where it was started
   * @param id as the cluster knows it
   */
  public record Transaction(Cluster cluster, String id) {}

  private final Signer signer;

  TransactionIds(Signer signer) {
    this.signer = signer;
  }

  /** Whether a request says that it belongs to a transaction. */
  public static boolean isGiven(@Nullable String header) {
    return header != null && !header.equals(NONE);
  }

  /** The id for the client of a transaction that a cluster has started. */
  public String give(Cluster cluster, Owner owner, String id) {
    return id + "." + signer.sign(Purpose.TRANSACTION, cluster, owner, id);
  }

  /** The transaction of an id as clients have it, or null where it is none of this owner's. */
  public @Nullable Transaction read(String given, Owner owner) {
    int dot = given.length() - Signer.LENGTH - 1;
    if (dot < 1 || given.charAt(dot) != '.') {
      return null;
    }
    String id = given.substring(0, dot);
    Signature signature = signer.verify(given.substring(dot + 1), id);
    return signature != null
            && signature.purpose() == Purpose.TRANSACTION
            && signature.cluster() != null
            && signature.isOf(owner)
        ? new Transaction(signature.cluster(), id)
        : null;
  }
}
