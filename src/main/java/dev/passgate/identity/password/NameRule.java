package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Which name a user has, of all that a directory takes for the same. Directories compare names
 * without case and with blanks folded, so that one account would otherwise be as many Trino users
 * as there are ways to write it.
 *
 * @param attribute the attribute with the name
 * @param form what its value is made of, with {@link Placeholder#TEXT} for the name that was sent;
 *     null where the value is the name, whatever was sent
 */
record NameRule(String attribute, @Nullable String form) {

  /**
   * The user's name.
   *
   * @param sent the name that the client sent
   * @return null where the entry has no value or several, or one that is not exactly what was sent
   */
  @Nullable String name(Entry entry, String sent) {
    String[] values = entry.getAttributeValues(attribute);
    if (values == null || values.length != 1) {
      return null;
    }
    if (form == null) {
      return values[0];
    }
    return values[0].equals(Placeholder.fill(form, sent)) ? sent : null;
  }
}
