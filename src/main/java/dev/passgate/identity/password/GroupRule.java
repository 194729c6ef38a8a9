package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.Entry;
import java.util.Arrays;
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
