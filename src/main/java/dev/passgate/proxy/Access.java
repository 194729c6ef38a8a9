package dev.passgate.proxy;

import dev.passgate.setting.InvalidSetting;
import java.util.Map;
import org.springframework.cloud.gateway.route.Route;

/**
 * Who gets in by a route: its metadata {@code access}. A route that says nothing asks for an
 * identity.
 */
enum Access {
  IDENTITY,
  SIGNED_URI,
  PUBLIC;

  static final String METADATA_KEY = "access";

  static Access of(Route route) {
    return of(route.getId(), route.getMetadata());
  }

  /**
   * @throws InvalidSetting if the metadata names no access that there is
   */
  static Access of(String routeId, Map<String, Object> metadata) {
    Object value = metadata.get(METADATA_KEY);
    return switch (value) {
      case null -> IDENTITY;
      case String text when text.equals("identity") -> IDENTITY;
      case String text when text.equals("signed-uri") -> SIGNED_URI;
      case String text when text.equals("public") -> PUBLIC;
      default ->
          throw new InvalidSetting(
              "metadata.access of the route '" + routeId + "'",
              value,
              "identity, signed-uri or public");
    };
  }
}
