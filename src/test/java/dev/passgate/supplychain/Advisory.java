package dev.passgate.supplychain;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.artifact.versioning.ComparableVersion;
import tools.jackson.databind.JsonNode;

/**
 * A known vulnerability in the format of OSV, version 1 of the schema
 * (https://ossf.github.io/osv-schema/), as far as it is about packages of Maven's.
 *
 * @param withdrawn whether it was found to be none
 */
record Advisory(
    String id, Set<String> aliases, String summary, boolean withdrawn, List<Affected> affected) {

  private static final String ECOSYSTEM = "Maven";

  Advisory {
    aliases = Set.copyOf(aliases);
    affected = List.copyOf(affected);
  }

  /** A package with the versions that have the vulnerability: those listed, and those in ranges. */
  record Affected(String name, Set<String> versions, List<List<Event>> ranges) {

    Affected {
      versions = Set.copyOf(versions);
      ranges = List.copyOf(ranges);
    }

    /** As the schema's section on evaluation says, with Maven's order of versions. */
    boolean has(String version) {
      if (versions.contains(version)) {
        return true;
      }
      ComparableVersion asked = new ComparableVersion(version);
      return ranges.stream().anyMatch(events -> has(events, asked));
    }

    private static boolean has(List<Event> events, ComparableVersion asked) {
      boolean inside = false;
      for (Event event : events) {
        int order = event.isFromTheFirst() ? 1 : asked.compareTo(event.at());
        inside =
            switch (event.kind()) {
              case INTRODUCED -> inside || order >= 0;
              case FIXED, LIMIT -> inside && order < 0;
              case LAST_AFFECTED -> inside && order <= 0;
            };
      }
      return inside;
    }
  }

  /** What happens to a range at a version. */
  record Event(Kind kind, String version) {

    /** In the order in which events of one version are to be taken. */
    enum Kind {
      FIXED,
      LIMIT,
      INTRODUCED,
      LAST_AFFECTED
    }

    private static final Comparator<Event> ORDER =
        Comparator.comparing((Event event) -> !event.isFromTheFirst())
            .thenComparing(Event::at)
            .thenComparing(Event::kind);

    /** 0 comes before every version, whatever their order says. */
    boolean isFromTheFirst() {
      return kind == Kind.INTRODUCED && version.equals("0");
    }

    ComparableVersion at() {
      return new ComparableVersion(version);
    }
  }

  /** Whether a library has it. */
  boolean concerns(Bom.Component component) {
    return !withdrawn
        && affected.stream()
            .filter(one -> one.name().equals(component.coordinates()))
            .anyMatch(one -> one.has(component.version()));
  }

  /** The id, or one of the others that it is known by. */
  boolean isCalled(String name) {
    return id.equals(name) || aliases.contains(name);
  }

  static Advisory of(JsonNode node) {
    return new Advisory(
        node.path("id").asString(),
        node.path("aliases").valueStream().map(JsonNode::asString).collect(Collectors.toSet()),
        node.path("summary").asString(""),
        node.hasNonNull("withdrawn"),
        node.path("affected")
            .valueStream()
            .filter(one -> ecosystem(one).equals(ECOSYSTEM))
            .map(Advisory::affected)
            .toList());
  }

  /** Without what may follow a colon, a repository's address. */
  private static String ecosystem(JsonNode affected) {
    String whole = affected.path("package").path("ecosystem").asString("");
    int colon = whole.indexOf(':');
    return colon < 0 ? whole : whole.substring(0, colon);
  }

  private static Affected affected(JsonNode node) {
    return new Affected(
        node.path("package").path("name").asString(),
        node.path("versions").valueStream().map(JsonNode::asString).collect(Collectors.toSet()),
        node.path("ranges")
            .valueStream()
            .filter(range -> !range.path("type").asString("").equals("GIT"))
            .map(range -> range.path("events").valueStream().flatMap(Advisory::events))
            .map(events -> events.sorted(Event.ORDER).toList())
            .toList());
  }

  private static Stream<Event> events(JsonNode node) {
    return node.properties().stream()
        .map(
            property ->
                new Event(
                    switch (property.getKey()) {
                      case "introduced" -> Event.Kind.INTRODUCED;
                      case "fixed" -> Event.Kind.FIXED;
                      case "last_affected" -> Event.Kind.LAST_AFFECTED;
                      case "limit" -> Event.Kind.LIMIT;
                      default ->
                          throw new IllegalArgumentException(
                              "OSV has an event "
                                  + property.getKey()
                                  + ", which is not known here");
                    },
                    property.getValue().asString()));
  }
}
