package dev.passgate.sql.format;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names for the members of an object, as in JSON no two may be the same: the first of several keeps
 * its name, and the others have a number after it, {@code x}, {@code x_2}, {@code x_3}; a name that
 * somebody else has is passed over. One that is empty is named by its place, from 0.
 */
final class DistinctNames {

  private DistinctNames() {}

  /**
   * Names for each of the given, in their order.
   *
   * @param unnamed what stands before the place of one whose name is empty
   */
  static List<String> of(List<String> names, String unnamed) {
    Set<String> given = new HashSet<>(names);
    Set<String> taken = new HashSet<>();
    Map<String, Integer> lastNumbers = new HashMap<>();
    List<String> distinct = new ArrayList<>(names.size());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean free = !name.isEmpty();
      String base = free ? name : unnamed + i;
      String chosen = base;
      int number = lastNumbers.getOrDefault(base, 1);
      while (taken.contains(chosen) || (given.contains(chosen) && !(free && chosen.equals(name)))) {
        number++;
        chosen = base + "_" + number;
      }
      lastNumbers.put(base, number);
      taken.add(chosen);
      distinct.add(chosen);
    }
    return List.copyOf(distinct);
  }
}
