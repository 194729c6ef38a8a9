package dev.passgate.command.envoy;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which paths of Envoy's routes are those that the gateway's own routes serve. */
final class TrinoPaths {

  private static final List<String> OWN = List.of("/", "/health");
  private static final List<Match> TRINO = List.of(Match.prefix("/v1"), Match.prefix("/ui"));

  private static final Map<String, Kind> KINDS =
      Map.of("path", Kind.EXACT, "prefix", Kind.PREFIX, "path_separated_prefix", Kind.FOLDER);

  /** Letters that stand for themselves, and are there once. */
  private static final Pattern LITERAL = Pattern.compile("(?:[A-Za-z0-9/_-](?![?*+{]))+");

  private TrinoPaths() {}

  /** How a match is one: by the whole path, by how it begins, or by its first folders. */
  enum Kind {
    EXACT,
    PREFIX,
    FOLDER
  }

  /**
   * What a match is for.
   *
   * @param path a path, or the beginning of paths
   */
  record Match(String path, Kind kind) {

    static Match exact(String path) {
      return new Match(path, Kind.EXACT);
    }

    static Match prefix(String path) {
      return new Match(path, Kind.PREFIX);
    }

    static Match folder(String path) {
      return new Match(path, Kind.FOLDER);
    }

    /** Whether all that another one is for is for this one too. */
    boolean covers(Match other) {
      return switch (kind) {
        case EXACT -> equals(other);
        case PREFIX -> other.path.startsWith(path);
        case FOLDER ->
            other.path.startsWith(path + "/")
                || (other.kind != Kind.PREFIX && other.path.equals(path));
      };
    }

    /** Whether anything that another one is for is for this one too. */
    boolean overlaps(Match other) {
      return covers(other) || other.covers(this);
    }

    /** Whether the gateway answers it itself. */
    boolean isOwn() {
      return kind == Kind.EXACT && OWN.contains(path);
    }

    /** Whether Trino is served by it. */
    boolean isTrino() {
      return TRINO.stream().anyMatch(folder -> path.startsWith(folder.path) || covers(folder));
    }

    @Override
    public String toString() {
      return path;
    }
  }

  /** The path, or beginning of paths, that a match is for; null for an expression. */
  static @Nullable Match of(Section match) {
    for (Map.Entry<String, Kind> kind : KINDS.entrySet()) {
      String path = match.text(kind.getKey());
      if (path != null) {
        boolean any = "false".equals(match.text("case_sensitive"));
        return new Match(any ? path.toLowerCase(Locale.ROOT) : path, kind.getValue());
      }
    }
    return null;
  }

  /**
   * What a match that is no path may be for: the paths that begin as an expression does, and all
   * where that does not tell.
   */
  static Match atMost(Section match) {
    String expression = match.section("safe_regex").text("regex");
    if (expression == null || expression.contains("|")) {
      return Match.prefix("/");
    }
    // Envoy's are for the whole path anyway.
    Matcher literal =
        LITERAL.matcher(expression.startsWith("^") ? expression.substring(1) : expression);
    return Match.prefix(literal.lookingAt() ? literal.group() : "/");
  }
}
