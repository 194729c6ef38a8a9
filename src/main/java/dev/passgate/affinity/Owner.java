package dev.passgate.affinity;

import dev.passgate.identity.Identity;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Whose a query is: the same issuer's same subject, mapped to the same user. Whoever differs in one
 * of them is somebody else, also where Trino would see the same user. Whom he acts as is no part of
 * it: clients need not say it again when they poll.
 *
 * @param issuer the configured name of the issuer or source
 * @param subject the subject of the credential
 * @param user the Trino user that the credential maps to
 */
public record Owner(String issuer, String subject, String user) {

  /** Nobody: of what is asked for without a credential. */
  public static final Owner NOBODY = new Owner("", "", "");

  /** The owner of what an identity starts. */
  public static Owner of(Identity identity) {
    return new Owner(
        identity.issuer(),
        identity.subject(),
        Objects.requireNonNullElse(identity.originalUser(), identity.user()));
  }

  /** Injective: each part after its length. */
  byte[] toBytes() {
    byte[][] parts = {
      bytes(issuer), bytes(subject), bytes(user),
    };
    int size = 0;
    for (byte[] part : parts) {
      size += Integer.BYTES + part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    for (byte[] part : parts) {
      all.putInt(part.length).put(part);
    }
    return all.array();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
