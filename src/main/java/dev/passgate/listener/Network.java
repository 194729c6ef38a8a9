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
      byte[] address = address(slash < 0 ? text : text.substring(0, slash)).getAddress();
      int bits = address.length * Byte.SIZE;
      int length = slash < 0 ? bits : Integer.parseInt(text, slash + 1, text.length(), 10);
      // Without a sign: "-0" is 0, which would be every address.
      if (length > bits || (slash >= 0 && !isDigit(text.charAt(slash + 1)))) {
        throw new IllegalArgumentException();
      }
      return new Network(address, length);
    } catch (IllegalArgumentException _) {
      throw new InvalidSetting(
          "passgate.trusted-proxies", text, "an address or a network such as 10.0.0.0/8");
    }
  }

  /**
   * The address that a literal stands for. No short forms: {@code 10} is not {@code 10.0.0.0} but
   * {@code 0.0.0.10} for the JDK, and who writes one means something else.
   *
   * @throws IllegalArgumentException if it is no literal
   */
  static InetAddress address(String literal) {
    if (literal.indexOf(':') < 0 && literal.chars().filter(c -> c == '.').count() != 3) {
      throw new IllegalArgumentException();
    }
    return InetAddress.ofLiteral(literal);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
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
