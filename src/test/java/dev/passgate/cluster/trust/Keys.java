package dev.passgate.cluster.trust;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** Keys for tests. */
final class Keys {

  private Keys() {}

  interface Setup {
    void accept(KeyPairGenerator generator) throws GeneralSecurityException;
  }

  static KeyPair pair(String algorithm, Setup setup) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      setup.accept(generator);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot make a key", e);
    }
  }

  static KeyPair rsa(int bits) {
    return pair("RSA", generator -> generator.initialize(bits));
  }

  static KeyPair elliptic(String curve) {
    return pair("EC", generator -> generator.initialize(new ECGenParameterSpec(curve)));
  }

  static SigningKey signing() {
    return SigningKey.of(elliptic("secp256r1"));
  }

  static String pem(KeyPair pair) {
    String body =
        Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPrivate().getEncoded());
    return "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
  }
}
