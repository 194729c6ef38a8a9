package dev.passgate.proxy.fastpath;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;

/**
 * Whether polls go by a route that does nothing but lead to their clusters. Is sure of it, or says
 * no: a route with a filter of its own, or one before it that may take polls, has them all go
 * through the filters.
 */
final class PlainRoute {

  private static final List<String> POLLS =
      List.of("/v1/statement/queued/", "/v1/statement/executing/");

  private static final String WILDCARDS = "*?{";

  /** What Spring Cloud Gateway evaluates. */
  private static final String EXPRESSION = "#{";

  /**
   * What was found.
   *
   * @param id of the route; null where there is none
   * @param obstacle why there is none, for the log
   */
  record Found(@Nullable String id, String obstacle) {}

  private PlainRoute() {}

  /**
   * Looks for the route of polls.
   *
   * @param routes in the order in which they are tried
   * @param properties what they were made of
   */
  static Found find(List<Route> routes, GatewayProperties properties) {
    List<FilterDefinition> filters = properties.getDefaultFilters();
    if (!filters.isEmpty()) {
      return none("there are default filters");
    }
    Map<String, RouteDefinition> definitions = new HashMap<>();
    for (RouteDefinition definition : properties.getRoutes()) {
      if (definitions.put(String.valueOf(definition.getId()), definition) != null) {
        return none("several routes have the id " + definition.getId());
      }
    }
    Set<String> seen = new HashSet<>();
    for (Route route : routes) {
      RouteDefinition definition = definitions.get(route.getId());
      if (definition == null || !seen.add(route.getId())) {
        return none("the route " + route.getId() + " is not a configured one");
      }
      if (isForPolls(definition)) {
        return isPlain(definition) && route.getFilters().isEmpty()
            ? new Found(route.getId(), "")
            : none("the route " + route.getId() + " has filters, predicates or metadata");
      }
      if (mayTakePolls(definition)) {
        return none("the route " + route.getId() + " comes before, and may take polls");
      }
    }
    return none("no route is for polls");
  }

  private static Found none(String obstacle) {
    return new Found(null, obstacle);
  }

  /** Whether it takes all polls, as far as their paths are concerned. */
  private static boolean isForPolls(RouteDefinition definition) {
    Set<String> patterns = new HashSet<>();
    for (PredicateDefinition predicate : definition.getPredicates()) {
      if ("Path".equals(predicate.getName())) {
        patterns.addAll(values(predicate));
      }
    }
    return POLLS.stream().allMatch(poll -> patterns.contains(poll + "{*rest}"));
  }

  private static boolean isPlain(RouteDefinition definition) {
    return definition.getFilters().isEmpty()
        && definition.getUri() != null
        && "trino".equals(definition.getUri().getScheme())
        && definition.isEnabled()
        && Map.of("access", "identity").entrySet().containsAll(definition.getMetadata().entrySet())
        && definition.getPredicates().stream().allMatch(PlainRoute::isPlain)
        && definition.getPredicates().stream().map(PredicateDefinition::getName).distinct().count()
            == definition.getPredicates().size();
  }

  private static boolean isPlain(PredicateDefinition predicate) {
    return switch (String.valueOf(predicate.getName())) {
      case "Path" -> true;
      case "Method" ->
          values(predicate).stream()
              .anyMatch(method -> method.toUpperCase(Locale.ROOT).equals("GET"));
      default -> false;
    };
  }

  private static boolean mayTakePolls(RouteDefinition definition) {
    for (PredicateDefinition predicate : definition.getPredicates()) {
      if ("Path".equals(predicate.getName())
          && values(predicate).stream().noneMatch(PlainRoute::mayMatchPolls)) {
        return false;
      }
    }
    return true;
  }

  /** A pattern matches nothing but what begins as it does before its first wildcard. */
  private static boolean mayMatchPolls(String text) {
    String pattern = text.strip();
    if (pattern.startsWith(EXPRESSION)) {
      return true;
    }
    int literal = 0;
    while (literal < pattern.length() && WILDCARDS.indexOf(pattern.charAt(literal)) < 0) {
      literal++;
    }
    String start = pattern.substring(0, literal);
    boolean whole = literal == pattern.length();
    return POLLS.stream()
        .anyMatch(poll -> start.startsWith(poll) || (!whole && poll.startsWith(start)));
  }

  private static List<String> values(PredicateDefinition predicate) {
    return List.copyOf(predicate.getArgs().values());
  }
}
