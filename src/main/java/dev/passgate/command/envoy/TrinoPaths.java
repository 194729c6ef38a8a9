package dev.passgate.command.envoy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which paths of Envoy's routes are those that the gateway's own routes serve. */
final class TrinoPaths {

  private static final List<String> OWN = List.of("/health", "/healthz", "/ready");
  private static final List<String> TRINO = List.of("/v1", "/ui");

  private TrinoPaths() {}

  /** The path, or beginning of paths, that a match is for; null for an expression. */
  static @Nullable String of(Section match) {
    for (String kind : List.of("prefix", "path", "path_separated_prefix")) {
      String path = match.text(kind);
      if (path != null) {
        return path;
      }
    }
    if (match.has("connect_matcher")) {
      match.section("connect_matcher");
    }
    return null;
  }

  /** Whether the gateway answers it itself. */
  static boolean isOwn(String path) {
    return OWN.contains(path);
  }

  /** Whether Trino is served by it. */
  static boolean isTrino(String path) {
    return path.equals("/") || TRINO.stream().anyMatch(path::startsWith);
  }
}
