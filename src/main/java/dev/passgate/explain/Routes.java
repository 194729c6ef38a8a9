package dev.passgate.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.core.env.Environment;

/**
 * The routes of the configuration, by which a request may be explained. Read from it alone: on the
 * command line nothing is routed.
 *
 * @param access who gets in, by the id of the route
 */
record Routes(Map<String, String> access) {

  private static final String KEY = "spring.cloud.gateway.server.webflux.routes";

  /** Who gets in by a route. */
  enum Access {
    IDENTITY,
    SIGNED_URI,
    PUBLIC
  }

  /** What of a route's definition counts here. */
  record Definition(@DefaultValue("") String id, @DefaultValue Map<String, String> metadata) {}

  Routes {
    access = Map.copyOf(access);
  }

  static Routes of(Environment environment) {
    List<Definition> routes =
        Binder.get(environment).bind(KEY, Bindable.listOf(Definition.class)).orElse(List.of());
    Map<String, String> access = new LinkedHashMap<>();
    routes.forEach(
        route -> access.put(route.id(), route.metadata().getOrDefault("access", "identity")));
    return new Routes(access);
  }

  /**
   * Who gets in by a route.
   *
   * @throws UnknownRoute where there is none of this id
   */
  Access of(String id) {
    String who = access.get(id);
    if (who == null) {
      throw new UnknownRoute(
          "there is no route of this id; there are "
              + String.join(", ", access.keySet().stream().sorted().toList()));
    }
    return switch (who) {
      case "public" -> Access.PUBLIC;
      case "signed-uri" -> Access.SIGNED_URI;
      default -> Access.IDENTITY;
    };
  }
}
