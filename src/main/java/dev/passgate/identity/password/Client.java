package dev.passgate.identity.password;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Whose failed tries are counted together: a user name in whatever way it is written, from one
 * network address.
 *
 * @param user the name without what a directory may not look at: case, blanks, accents, and
 *     characters that are not seen (RFC 4518)
 * @param address the address; of IPv6 the first 64 bits, which is what one subscriber has
 */
record Client(String user, String address) {

  static final int MAX_NAME_LENGTH = 256;

  private static final Pattern NOT_COMPARED = Pattern.compile("[\\p{M}\\p{C}\\p{Z}\\s\\x{FFFC}]+");
  private static final int IPV6_NETWORK_BYTES = 8;

  static Client of(String user, String address) {
    return new Client(fold(user), network(address));
  }

  private static String fold(String user) {
    String name = user.length() > MAX_NAME_LENGTH ? user.substring(0, MAX_NAME_LENGTH) : user;
    String plain =
        NOT_COMPARED.matcher(Normalizer.normalize(name, Normalizer.Form.NFKD)).replaceAll("");
    return plain.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }

  private static String network(String address) {
    try {
      return InetAddress.ofLiteral(address) instanceof Inet6Address six
          ? Arrays.toString(Arrays.copyOf(six.getAddress(), IPV6_NETWORK_BYTES))
          : address;
    } catch (IllegalArgumentException _) {
      return address;
    }
  }
}
