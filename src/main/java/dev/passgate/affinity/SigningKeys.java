package dev.passgate.affinity;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The key that signs, and those whose signatures count beside its own while keys change. */
final class SigningKeys {

  private final SigningKey signing;
  private final List<SigningKey> all;

  SigningKeys(SigningKey signing, List<SigningKey> accepted) {
    this.signing = signing;
    this.all = new ArrayList<>();
    all.add(signing);
    all.addAll(accepted);
  }

  /** A key of this process alone, which no other replica knows and which ends with it. */
  static SigningKeys generated() {
    byte[] secret = new byte[SigningKey.SIZE];
    new SecureRandom().nextBytes(secret);
    return new SigningKeys(SigningKey.of(secret), List.of());
  }

  SigningKey signing() {
    return signing;
  }

  /** The key of an id, or null. */
  @Nullable SigningKey find(int id) {
    for (SigningKey key : all) {
      if (key.id() == id) {
        return key;
      }
    }
    return null;
  }
}
