package dev.passgate.proxy;

import dev.passgate.service.RouteService;
import dev.passgate.setting.InvalidSetting;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;

/** What the gateway itself answers, by the URIs of routes: {@code passgate://NAME}. */
final class RouteServices {

  static final String SCHEME = "passgate";

  private final Map<String, RouteService> byName = new TreeMap<>();

  RouteServices(List<RouteService> services) {
    services.forEach(service -> byName.put(service.name(), service));
  }

  /** What answers a route's requests; null for a route that leads away from the gateway. */
  @Nullable RouteService of(Route route) {
    return of(route.getId(), route.getUri());
  }

  /**
   * @throws InvalidSetting if the URI is one of the gateway's own that there is not
   */
  @Nullable RouteService of(String routeId, @Nullable URI uri) {
    if (uri == null || !SCHEME.equals(uri.getScheme())) {
      return null;
    }
    // A URI without a host is legal.
    RouteService service = byName.get(Objects.requireNonNullElse(uri.getHost(), ""));
    if (service == null) {
      throw new InvalidSetting(
          "uri of the route '" + routeId + "'",
          uri,
          "passgate:// with one of " + byName.keySet() + ", or another scheme");
    }
    return service;
  }
}
