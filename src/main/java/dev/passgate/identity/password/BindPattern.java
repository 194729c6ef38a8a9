package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The name of an entry with a place for the user's name. The name is put into the parsed pattern
 * and not into its text, so that nothing in it can be taken for syntax; it is written with the
 * escapes of RFC 4514.
 */
final class BindPattern {

  private final List<RDN> parts;
  private final int place;
  private final String attribute;

  private BindPattern(List<RDN> parts, int place) {
    this.parts = List.copyOf(parts);
    this.place = place;
    this.attribute = parts.get(place).getAttributeNames()[0];
  }

  /**
   * Reads a pattern.
   *
   * @throws IllegalArgumentException where it is not a distinguished name in which the placeholder
   *     is the whole of one value
   */
  static BindPattern parse(String text) {
    RDN[] parts;
    try {
      parts = new DN(Placeholder.read(text)).getRDNs();
    } catch (LDAPException _) {
      throw new IllegalArgumentException("not a distinguished name");
    }
    List<Integer> places =
        IntStream.range(0, parts.length)
            .filter(i -> Placeholder.isIn(parts[i].toString()))
            .boxed()
            .toList();
    if (places.size() != 1) {
      throw new IllegalArgumentException("not one place for the name");
    }
    RDN part = parts[places.getFirst()];
    if (part.isMultiValued() || !part.getAttributeValues()[0].equals(Placeholder.TEXT)) {
      throw new IllegalArgumentException("the place for the name is not a whole value");
    }
    return new BindPattern(Arrays.asList(parts), places.getFirst());
  }

  /** The name of a user's entry. */
  DN of(String user) {
    RDN[] all = parts.toArray(RDN[]::new);
    all[place] = new RDN(attribute, user);
    return new DN(all);
  }

  /** The user has to write the name as the entry does. */
  NameRule nameRule() {
    return new NameRule(attribute, Placeholder.TEXT);
  }
}
