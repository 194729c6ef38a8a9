package dev.passgate.identity.password;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Digests user names and passwords with a key of this process, so that what is remembered is of no
 * use for finding out passwords, not even to whoever gets hold of the memory of one that has ended
 * without its key.
 */
final class PairDigests {

  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  PairDigests(SecureRandom random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    this.key = new SecretKeySpec(bytes, ALGORITHM);
  }

  /** The digest of the two with a NUL between them, which stands in neither. */
  PairDigest of(String user, String password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(user.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      mac.update(password.getBytes(StandardCharsets.UTF_8));
      return PairDigest.of(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
    }
  }
}
