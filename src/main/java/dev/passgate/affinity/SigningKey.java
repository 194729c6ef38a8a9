package dev.passgate.affinity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret of all replicas, for HMAC with SHA-256 (RFC 2104). Thread-safe. */
final class SigningKey {

  /** How many bytes a key has. */
  static final int SIZE = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final int id;
  private final ThreadLocal<Mac> macs;

  private SigningKey(byte[] secret) {
    SecretKeySpec key = new SecretKeySpec(secret, ALGORITHM);
    this.macs = ThreadLocal.withInitial(() -> mac(key));
    this.id = ByteBuffer.wrap(hmac("key".getBytes(StandardCharsets.US_ASCII))).getInt();
  }

  static SigningKey of(byte[] secret) {
    if (secret.length != SIZE) {
      throw new IllegalArgumentException("not a key of " + SIZE + " bytes");
    }
    return new SigningKey(secret);
  }

  /**
   * Reads a key as it is configured.
   *
   * @throws IllegalArgumentException if it is not {@value #SIZE} bytes in base64, of either
   *     alphabet (RFC 4648)
   */
  static SigningKey parse(String text) {
    String standard = text.strip().replace('-', '+').replace('_', '/');
    return of(Base64.getDecoder().decode(standard));
  }

  /** Tells keys apart, and tells nothing of them. */
  int id() {
    return id;
  }

  /** The HMAC of some bytes after each other. */
  byte[] hmac(byte[]... parts) {
    Mac mac = macs.get();
    for (byte[] part : parts) {
      mac.update(part);
    }
    return mac.doFinal();
  }

  private static Mac mac(SecretKeySpec key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "SigningKey[" + Integer.toHexString(id) + "]";
  }
}
