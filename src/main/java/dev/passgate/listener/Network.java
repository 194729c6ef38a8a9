package dev.passgate.listener;

import dev.passgate.setting.InvalidSetting;
import java.net.InetAddress;

/** An address block (RFC 4632), or one address. */
final class Network {

  private final byte[] prefix;
  private final int length;

  private Network(byte[] prefix, int length) {
    this.prefix = prefix;
    this.length = length;
  }

  /**
   * @param text an IPv4 or IPv6 address literal, with or without {@code /length}
   * @throws InvalidSetting if it is neither
   */
  static Network parse(String text) {
    int slash = text.indexOf('/');
    try {
      byte[] address =
          InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash)).getAddress();
      int bits = address.length * Byte.SIZE;
      int length = slash < 0 ? bits : Integer.parseInt(text, slash + 1, text.length(), 10);
      if (length < 0 || length > bits) {
        throw new IllegalArgumentException();
      }
      return new Network(address, length);
    } catch (IllegalArgumentException _) {
      throw new InvalidSetting(
          "passgate.trusted-proxies", text, "an address or a network such as 10.0.0.0/8");
    }
  }

  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != prefix.length) {
      return false;
    }
    int whole = length / Byte.SIZE;
    for (int i = 0; i < whole; i++) {
      if (bytes[i] != prefix[i]) {
        return false;
      }
    }
    int rest = length % Byte.SIZE;
    int mask = 0xff << (Byte.SIZE - rest);
    return rest == 0 || (bytes[whole] & mask) == (prefix[whole] & mask);
  }
}
