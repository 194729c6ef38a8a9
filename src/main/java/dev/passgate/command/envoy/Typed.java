package dev.passgate.command.envoy;

import java.util.Locale;

/** A message that stands in another with its type, or as Envoy's first versions had it. */
final class Typed {

  private Typed() {}

  /** The message itself. */
  static Section of(Section holder) {
    return holder.has("typed_config") ? holder.section("typed_config") : holder.section("config");
  }

  /** Its kind, such as {@code jwt_authn}: the end of the name that it was given, or of its type. */
  static boolean is(Section holder, String name, String type) {
    String given = String.valueOf(holder.text("name")).toLowerCase(Locale.ROOT);
    String url = holder.has("typed_config") ? holder.section("typed_config").text("@type") : null;
    return url == null ? given.endsWith(name) : url.endsWith("." + type);
  }
}
