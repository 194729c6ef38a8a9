package dev.passgate.testing.issuer;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * RSA keys of 2048 bits, which an issuer leaves to those that come after it. To make one takes more
 * than half a second in a JVM that compiles as little as that of the tests.
 */
final class RsaKeys {

  private static final Queue<RSAKey> SPARE = new ConcurrentLinkedQueue<>();

  private RsaKeys() {}

  /** A key that nobody else has until it is given back, under an id of its own. */
  static RSAKey borrow(String id) {
    RSAKey spare = SPARE.poll();
    return spare == null ? make(id) : new RSAKey.Builder(spare).keyID(id).build();
  }

  /** A key that nobody has had before. */
  static RSAKey make(String id) {
    try {
      return new RSAKeyGenerator(2048).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException("cannot make a key", e);
    }
  }

  static void giveBack(RSAKey key) {
    SPARE.add(key);
  }
}
