package dev.passgate.sql.format;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * A column of a result ({@code io.trino.client.Column}).
 *
 * @param name not unique, and may be empty
 * @param type as Trino writes it, such as {@code decimal(10, 2)} or {@code row(x bigint)}
 */
public record Column(String name, String type, Type signature) {

  /**
   * A type taken apart ({@code io.trino.client.ClientTypeSignature}).
   *
   * @param base in lower case, such as {@code decimal}, {@code timestamp with time zone}, {@code
   *     row}
   * @param parameters of array, map and row: the types within
   * @param names of a row's fields, as many as parameters; empty where a field has no name, and no
   *     names at all where it is no row
   * @param numbers of decimal, timestamp, varchar and such: precision, scale, length
   */
  public record Type(String base, List<Type> parameters, List<String> names, List<Long> numbers) {

    /** The length that stands for none. */
    private static final long UNBOUNDED = Integer.MAX_VALUE;

    public Type {
      base = base.toLowerCase(Locale.ROOT);
      parameters = List.copyOf(parameters);
      names = List.copyOf(names);
      numbers = List.copyOf(numbers);
    }

    /** A type without anything within. */
    static Type of(String base, Long... numbers) {
      return new Type(base, List.of(), List.of(), List.of(numbers));
    }

    boolean isArray() {
      return base.equals("array") && parameters.size() == 1;
    }

    boolean isMap() {
      return base.equals("map") && parameters.size() == 2;
    }

    boolean isRow() {
      return base.equals("row") && names.size() == parameters.size();
    }

    /** A precision that is not there is that of clients that know of none: 3. */
    int precision() {
      return numbers.isEmpty() ? 3 : Math.toIntExact(numbers.getFirst());
    }

    /** As Trino writes it in a statement, but for quotes around names. */
    String text() {
      StringJoiner within = new StringJoiner(", ", "(", ")");
      for (int i = 0; i < parameters.size(); i++) {
        String name = names.isEmpty() ? "" : names.get(i);
        within.add((name.isEmpty() ? "" : name + " ") + parameters.get(i).text());
      }
      numbers.stream()
          .filter(number -> number != UNBOUNDED)
          .map(String::valueOf)
          .forEach(within::add);
      if (within.length() == 2) {
        return base;
      }
      int zone = base.indexOf(" with time zone");
      return zone < 0 ? base + within : base.substring(0, zone) + within + base.substring(zone);
    }
  }
}
