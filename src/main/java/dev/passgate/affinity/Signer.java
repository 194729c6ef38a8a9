package dev.passgate.affinity;

import dev.passgate.cluster.Cluster;
import dev.passgate.cluster.Clusters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes and checks signatures: {@value #LENGTH} characters of base64url (RFC 4648, section 5) that
 * say what they are for, which key made them and when, which cluster is meant, and who the owner
 * is, the last two as digests. What is signed is not in them. Thread-safe.
 *
 * <pre>
 * purpose 1 | key 4 | seconds 4 | cluster 8 | owner 12 | HMAC-SHA-256 over all of it and what is
 * signed, the first 16
 * </pre>
 */
final class Signer {

  /** The length of every signature, in characters. */
  static final int LENGTH = 60;

  private static final int CLUSTER_SIZE = 8;
  private static final int OWNER_SIZE = 12;
  private static final int MAC_SIZE = 16;
  private static final int SAID_SIZE =
      1 + Integer.BYTES + Integer.BYTES + CLUSTER_SIZE + OWNER_SIZE;

  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  private final SigningKeys keys;
  private final InstantSource clock;
  private final Clusters clusters;
  private volatile Tags tags;

  /**
   * By what signatures call clusters.
   *
   * @param of the clusters that these are
   */
  private record Tags(List<Cluster> of, Map<Long, Cluster> clusters, Map<Cluster, Long> tags) {

    static Tags of(List<Cluster> all) {
      Map<Long, Cluster> clusters = new HashMap<>();
      Map<Cluster, Long> tags = new HashMap<>();
      for (Cluster cluster : all) {
        long tag = clusterTag(cluster);
        tags.put(cluster, tag);
        if (clusters.put(tag, cluster) != null) {
          throw new IllegalStateException("two clusters have names with the same digest");
        }
      }
      return new Tags(all, clusters, tags);
    }
  }

  Signer(SigningKeys keys, Clusters clusters, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
    this.clusters = clusters;
    this.tags = Tags.of(clusters.all());
  }

  @SuppressWarnings("ReferenceEquality") // which list it is: there is a new one for each change
  private Tags tags() {
    Tags known = tags;
    List<Cluster> all = clusters.all();
    if (known.of() == all) {
      return known;
    }
    Tags made = Tags.of(all);
    tags = made;
    return made;
  }

  private long tag(Cluster cluster) {
    Long known = tags().tags().get(cluster);
    // One that is no more, of which an answer is still under way: nobody finds it by this.
    return known == null ? clusterTag(cluster) : known;
  }

  /** The signature of something that lives at a cluster and belongs to an owner. */
  String sign(Purpose purpose, Cluster cluster, Owner owner, String signed) {
    SigningKey key = keys.signing();
    byte[] token =
        ByteBuffer.allocate(SAID_SIZE + MAC_SIZE)
            .put(purpose.code())
            .putInt(key.id())
            .putInt((int) clock.instant().getEpochSecond())
            .putLong(tag(cluster))
            .put(ownerTag(key, owner))
            .array();
    byte[] mac = mac(key, token, signed);
    System.arraycopy(mac, 0, token, SAID_SIZE, MAC_SIZE);
    return ENCODER.encodeToString(token);
  }

  /** What only who has the key that signs can read, made of a text. */
  String hide(String text) {
    return keys.signing().hide(text);
  }

  /** What stands for a text, and tells nothing of it to who has not got the key that signs. */
  String fingerprint(String text) {
    return HexFormat.of()
        .formatHex(
            keys.signing()
                .hmac(
                    "fingerprint".getBytes(StandardCharsets.US_ASCII),
                    text.getBytes(StandardCharsets.UTF_8)));
  }

  /** What a signature says, or null if it is not one of ours for just this. */
  @Nullable Signature verify(String signature, String signed) {
    byte[] token = decode(signature);
    if (token == null) {
      return null;
    }
    ByteBuffer said = ByteBuffer.wrap(token);
    Purpose purpose = Purpose.of(said.get());
    SigningKey key = keys.find(said.getInt());
    if (purpose == null || key == null) {
      return null;
    }
    byte[] mac = Arrays.copyOf(mac(key, token, signed), MAC_SIZE);
    if (!MessageDigest.isEqual(mac, Arrays.copyOfRange(token, SAID_SIZE, SAID_SIZE + MAC_SIZE))) {
      return null;
    }
    Instant signedAt = Instant.ofEpochSecond(Integer.toUnsignedLong(said.getInt()));
    Cluster cluster = tags().clusters().get(said.getLong());
    byte[] owner = new byte[OWNER_SIZE];
    said.get(owner);
    return new Signature(purpose, cluster, signedAt, key, owner);
  }

  private static byte @Nullable [] decode(String signature) {
    if (signature.length() != LENGTH) {
      return null;
    }
    try {
      return DECODER.decode(signature);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static byte[] mac(SigningKey key, byte[] token, String signed) {
    return key.hmac(
        "signature".getBytes(StandardCharsets.US_ASCII),
        Arrays.copyOf(token, SAID_SIZE),
        signed.getBytes(StandardCharsets.UTF_8));
  }

  static byte[] ownerTag(SigningKey key, Owner owner) {
    byte[] tag = key.hmac("owner".getBytes(StandardCharsets.US_ASCII), owner.toBytes());
    return Arrays.copyOf(tag, OWNER_SIZE);
  }

  private static long clusterTag(Cluster cluster) {
    try {
      byte[] name = cluster.name().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(name)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
