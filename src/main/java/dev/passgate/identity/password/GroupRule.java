package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.Entry;
import dev.passgate.identity.mapping.StepLimitedText;
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

  /** The longest value, in characters; it is the name of an entry, of which trees may be deep. */
  private static final int MAX_LENGTH = 1_024;

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

  /**
   * The groups that an entry names.
   *
   * @return null where it takes too many steps to tell: a user who is said not to be in a group
   *     could pass a rule that is there to refuse
   */
  @Nullable Set<String> groups(Entry entry) {
    String[] values = entry.getAttributeValues(attribute);
    if (values == null) {
      return Set.of();
    }
    try {
      return Arrays.stream(values)
          .map(this::name)
          .filter(Objects::nonNull)
          .collect(Collectors.toUnmodifiableSet());
    } catch (StepLimitedText.TooManySteps _) {
      return null;
    }
  }

  private @Nullable String name(String value) {
    if (pattern == null) {
      return value;
    }
    Matcher matcher = pattern.matcher(new StepLimitedText(value, MAX_LENGTH));
    return matcher.matches() ? matcher.group(1) : null;
  }
}
