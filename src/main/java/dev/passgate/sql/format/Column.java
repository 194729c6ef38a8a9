package dev.passgate.sql.format;

import java.util.List;

/**
 * A column of a result ({@code io.trino.client.Column}).
 *
 * @param name not unique, and may be empty
 * @param type as Trino writes it, such as {@code decimal(10,2)} or {@code row(x bigint)}
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
  public record Type(
      String base, List<Type> parameters, List<String> names, List<Long> numbers) {}
}
