package dev.passgate.identity.password;

import java.nio.ByteBuffer;

/** Stands for a user name and a password, and tells neither to whoever lacks the key. */
record PairDigest(long first, long second, long third, long fourth) {

  static PairDigest of(byte[] digest) {
    ByteBuffer buffer = ByteBuffer.wrap(digest);
    return new PairDigest(buffer.getLong(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }

  @Override
  public String toString() {
    return "PairDigest[***]";
  }
}
