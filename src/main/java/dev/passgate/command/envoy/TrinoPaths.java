package dev.passgate.command.envoy;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Which paths of Envoy's routes are those that the gateway's own routes serve. */
final class TrinoPaths {

  private static final List<String> OWN = List.of("/", "/health");
  private static final List<String> TRINO = List.of("/v1", "/ui");

  private TrinoPaths() {}

  /**
   * What a match is for.
   *
   * @param path a path, or the beginning of paths
   * @param exact whether it is the path alone
   */
  record Match(String path, boolean exact) {

    /** Whether all that another one is for is for this one too. */
    boolean covers(Match other) {
      if (exact) {
        return equals(other);
      }
      // What is for all below a folder is for the folder too, as clients ask for it.
      String start =
          path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
      return other.exact ? other.path.startsWith(path) : other.path.startsWith(start);
    }

    /** Whether the gateway answers it itself. */
    boolean isOwn() {
      return exact && OWN.contains(path);
    }

    /** Whether Trino is served by it. */
    boolean isTrino() {
      return path.equals("/") ? !exact : TRINO.stream().anyMatch(path::startsWith);
    }

    @Override
    public String toString() {
      return path;
    }
  }

  /** The path, or beginning of paths, that a match is for; null for an expression. */
  static @Nullable Match of(Section match) {
    for (String kind : List.of("prefix", "path", "path_separated_prefix")) {
      String path = match.text(kind);
      if (path != null) {
        return new Match(path, kind.equals("path"));
      }
    }
    return null;
  }

  /** Whether a match that is no path may be for one: an expression that takes it, or what else. */
  static boolean mayTake(Section match, String path) {
    String expression = match.section("safe_regex").text("regex");
    if (expression == null) {
      return true;
    }
    try {
      return Pattern.matches(expression, path);
    } catch (PatternSyntaxException _) {
      return true;
    }
  }
}
