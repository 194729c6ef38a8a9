package dev.passgate.affinity;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A secret of all replicas, for HMAC with SHA-256 (RFC 2104). Thread-safe. */
final class SigningKey {

  /** How many bytes a key has. */
  static final int SIZE = 32;

  private static final String ALGORITHM = "HmacSHA256";

  /** NIST SP 800-38D: 96 bits at random, and a tag of 128. */
  private static final String CIPHER = "AES/GCM/NoPadding";

  private static final int NONCE_SIZE = 12;
  private static final int TAG_BITS = 128;

  private final SecureRandom random = new SecureRandom();
  private final SecretKeySpec hiding;
  private final int id;
  private final ThreadLocal<Mac> macs;

  private SigningKey(byte[] secret) {
    SecretKeySpec key = new SecretKeySpec(secret, ALGORITHM);
    this.macs = ThreadLocal.withInitial(() -> mac(key));
    this.hiding = new SecretKeySpec(hmac("hide".getBytes(StandardCharsets.US_ASCII)), "AES");
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

  /** What nobody else can read, made of a text. Another one each time. */
  String hide(String text) {
    byte[] nonce = new byte[NONCE_SIZE];
    random.nextBytes(nonce);
    try {
      byte[] hidden =
          cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(text.getBytes(StandardCharsets.UTF_8));
      byte[] all = Arrays.copyOf(nonce, NONCE_SIZE + hidden.length);
      System.arraycopy(hidden, 0, all, NONCE_SIZE, hidden.length);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + CIPHER, e);
    }
  }

  /** The text that was hidden, or null where it was not with this key. */
  @Nullable String reveal(String hidden) {
    try {
      byte[] all = Base64.getUrlDecoder().decode(hidden);
      if (all.length < NONCE_SIZE) {
        return null;
      }
      byte[] text =
          cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(all, NONCE_SIZE))
              .doFinal(all, NONCE_SIZE, all.length - NONCE_SIZE);
      return new String(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException | GeneralSecurityException _) {
      return null;
    }
  }

  private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(mode, hiding, new GCMParameterSpec(TAG_BITS, nonce));
    return cipher;
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
