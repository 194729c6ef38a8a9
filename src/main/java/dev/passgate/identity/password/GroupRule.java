package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which groups an entry names.
 *
 * @param attribute the attribute whose values they are
 * @param pattern what a whole value must match to be one; its group is the group's name; null where
 *     each value is a name
 */
record GroupRule(String attribute, @Nullable Pattern pattern) {

  /** The most groups that a user may be in; what is remembered of a user ends somewhere. */
  private static final int MAX_GROUPS = 1_000;

  /**
   * Whether the entry tells all of a user's groups, and not too many of them. Active Directory
   * gives the first 1,500 values only, as {@code memberOf;range=0-1499}; a rule about one of the
   * others would be passed over.
   */
  boolean isWhole(Entry entry) {
    String ranged = attribute.toLowerCase(Locale.ROOT) + ";range=";
    for (Attribute one : entry.getAttributes()) {
      if (one.getName().toLowerCase(Locale.ROOT).startsWith(ranged)) {
        return false;
      }
    }
    String[] values = entry.getAttributeValues(attribute);
    return values == null || values.length <= MAX_GROUPS;
  }

  Set<String> groups(Entry entry) {
    String[] values = entry.getAttributeValues(attribute);
    if (values == null) {
      return Set.of();
    }
    return Arrays.stream(values)
        .map(this::name)
        .filter(Objects::nonNull)
        .collect(Collectors.toUnmodifiableSet());
  }

  private @Nullable String name(String value) {
    if (pattern == null) {
      return value;
    }
    Matcher matcher = pattern.matcher(value);
    return matcher.matches() ? matcher.group(1) : null;
  }
}
