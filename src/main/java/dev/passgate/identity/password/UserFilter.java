package dev.passgate.identity.password;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A search filter with places for the user's name. The name is put into the parsed filter and not
 * into its text, so that nothing in it can be taken for syntax (RFC 4515, section 3).
 */
final class UserFilter {

  private final Filter pattern;
  private final List<NameRule> places;

  private UserFilter(Filter pattern, List<NameRule> places) {
    this.pattern = pattern;
    this.places = List.copyOf(places);
  }

  /**
   * Reads a filter.
   *
   * @throws IllegalArgumentException where it is none, or the placeholder does not stand in it, or
   *     stands elsewhere than in the value of an equality
   */
  static UserFilter parse(String text) {
    Filter pattern;
    try {
      pattern = Filter.create(Placeholder.read(text));
    } catch (LDAPException _) {
      throw new IllegalArgumentException("not a filter");
    }
    List<NameRule> places = new ArrayList<>();
    collect(pattern, places);
    if (places.isEmpty()) {
      throw new IllegalArgumentException("no place for the name");
    }
    return new UserFilter(pattern, places);
  }

  private static void collect(Filter filter, List<NameRule> places) {
    switch (filter.getFilterType()) {
      case Filter.FILTER_TYPE_AND, Filter.FILTER_TYPE_OR ->
          Arrays.stream(filter.getComponents()).forEach(part -> collect(part, places));
      case Filter.FILTER_TYPE_EQUALITY -> {
        if (Placeholder.isIn(value(filter))) {
          places.add(new NameRule(attribute(filter), value(filter)));
        }
      }
      default -> {
        if (Placeholder.isIn(filter.toString())) {
          throw new IllegalArgumentException("the place for the name is not in an equality");
        }
      }
    }
  }

  /** The filter for a user. */
  Filter of(String user) {
    return fill(pattern, user);
  }

  private static Filter fill(Filter filter, String user) {
    return switch (filter.getFilterType()) {
      case Filter.FILTER_TYPE_AND -> Filter.createANDFilter(fill(filter.getComponents(), user));
      case Filter.FILTER_TYPE_OR -> Filter.createORFilter(fill(filter.getComponents(), user));
      case Filter.FILTER_TYPE_EQUALITY ->
          Placeholder.isIn(value(filter))
              ? Filter.createEqualityFilter(
                  attribute(filter), Placeholder.fill(value(filter), user))
              : filter;
      default -> filter;
    };
  }

  private static List<Filter> fill(Filter[] parts, String user) {
    return Arrays.stream(parts).map(part -> fill(part, user)).toList();
  }

  private static String attribute(Filter equality) {
    return Objects.requireNonNull(equality.getAttributeName());
  }

  private static String value(Filter equality) {
    return Objects.requireNonNull(equality.getAssertionValue());
  }

  /** The values that a user has to write the name like; several where there are several places. */
  List<NameRule> nameRules() {
    return places;
  }
}
