package dev.passgate.proxy;

import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.InvalidSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionRouteLocator;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.support.ConfigurationService;
import reactor.core.publisher.Flux;

/**
 * Stops the start at a route that cannot be made, or says what there is not. Spring Cloud Gateway
 * would log the first, and serve nothing. The routes that are made here are kept for those who ask
 * next.
 */
@SuppressWarnings("rawtypes") // as Spring Cloud Gateway asks for them
final class RoutesCheck implements SmartInitializingSingleton {

  private static final Pattern NAME = Pattern.compile("\\w{1,50}");

  private final RouteLocator routes;
  private final RouteServices services;
  private final GatewayProperties properties;
  private final List<RoutePredicateFactory> predicates;
  private final List<GatewayFilterFactory> filters;
  private final ConfigurationService configuration;

  RoutesCheck(
      RouteLocator routes,
      RouteServices services,
      GatewayProperties properties,
      List<RoutePredicateFactory> predicates,
      List<GatewayFilterFactory> filters,
      ConfigurationService configuration) {
    this.routes = routes;
    this.services = services;
    this.properties = properties;
    this.predicates = List.copyOf(predicates);
    this.filters = List.copyOf(filters);
    this.configuration = configuration;
  }

  /**
   * @throws InvalidSettings for all routes that cannot be made, or say what there is not
   */
  @Override
  public void afterSingletonsInstantiated() {
    List<InvalidSetting> mistakes = new ArrayList<>();
    properties.getRoutes().forEach(route -> look(route, mistakes));
    try {
      routes.getRoutes().blockLast();
    } catch (RuntimeException e) {
      properties.getRoutes().stream()
          .filter(route -> route.getUri() != null)
          .forEach(route -> find(route, mistakes));
      if (mistakes.isEmpty()) {
        throw e;
      }
    }
    if (!mistakes.isEmpty()) {
      throw new InvalidSettings(mistakes);
    }
  }

  /** Looks at what of a route is for the gateway itself. */
  private void look(RouteDefinition route, List<InvalidSetting> mistakes) {
    String id = Objects.requireNonNullElse(route.getId(), "");
    try {
      var _ = Access.of(id, route.getMetadata());
    } catch (InvalidSetting e) {
      mistakes.add(e);
    }
    if (route.getUri() == null) {
      mistakes.add(
          new InvalidSetting(
              "uri of the route '" + id + "'", null, "trino://cluster, or where else it leads"));
      return;
    }
    try {
      var _ = services.of(id, route.getUri());
    } catch (InvalidSetting e) {
      mistakes.add(e);
    }
  }

  private void find(RouteDefinition route, List<InvalidSetting> mistakes) {
    Set<String> knownPredicates = names(predicates, RoutePredicateFactory::name);
    Set<String> knownFilters = names(filters, GatewayFilterFactory::name);
    int before = mistakes.size();
    for (PredicateDefinition predicate : route.getPredicates()) {
      check(route, "predicate", predicate.getName(), knownPredicates, mistakes);
    }
    List<FilterDefinition> all = new ArrayList<>(properties.getDefaultFilters());
    all.addAll(route.getFilters());
    for (FilterDefinition filter : all) {
      check(route, "filter", filter.getName(), knownFilters, mistakes);
    }
    if (mistakes.size() > before) {
      return;
    }
    try {
      new RouteDefinitionRouteLocator(
              () -> Flux.just(route), predicates, filters, properties, configuration)
          .getRoutes()
          .blockLast();
    } catch (RuntimeException _) {
      // Neither the arguments nor the failure is told, as both may hold a secret.
      mistakes.add(
          new InvalidSetting(
              "the route '" + route.getId() + "'",
              route.getPredicates().stream().map(PredicateDefinition::getName).toList()
                  + " with the filters "
                  + route.getFilters().stream().map(FilterDefinition::getName).toList(),
              "each of them with the arguments that it takes"));
    }
  }

  private static void check(
      RouteDefinition route,
      String kind,
      @Nullable String name,
      Set<String> known,
      List<InvalidSetting> mistakes) {
    if (name == null || !known.contains(name)) {
      mistakes.add(
          new InvalidSetting(
              kind + " of the route '" + Objects.requireNonNullElse(route.getId(), "") + "'",
              // Without its '=', a definition is all name, with the arguments in it.
              name == null || NAME.matcher(name).matches() ? name : "***",
              "one of " + known));
    }
  }

  private static <T> Set<String> names(List<T> factories, Function<T, String> name) {
    Set<String> names = new TreeSet<>();
    factories.forEach(factory -> names.add(name.apply(factory)));
    return names;
  }
}
