package dev.passgate.command.envoy;

import dev.passgate.protocol.TrinoHeaders;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's routes: the gateway has those of Trino's paths, so only where they go to is of interest.
 */
final class EnvoyRoutes {

  /** Where queries are begun: rules and labels choose clusters for these. */
  private static final TrinoPaths.Match STATEMENT = TrinoPaths.Match.exact("/v1/statement");

  /** Where their answers are fetched. */
  private static final TrinoPaths.Match POLLS = TrinoPaths.Match.prefix("/v1/statement/");

  /** What the gateway serves of Trino beside statements, whatever rules say. */
  private static final List<TrinoPaths.Match> SERVED =
      List.of(
          TrinoPaths.Match.folder("/ui"),
          TrinoPaths.Match.folder("/v1/query"),
          TrinoPaths.Match.prefix("/v1/spooled/"),
          TrinoPaths.Match.exact("/v1/info"),
          TrinoPaths.Match.exact("/v1/status"));

  private static final Set<String> PATHS =
      Set.of("prefix", "path", "path_separated_prefix", "case_sensitive");
  private static final Set<String> PATHS_AND_HEADERS =
      Set.of("prefix", "path", "path_separated_prefix", "case_sensitive", "headers");

  /** What is understood of a condition on a header. */
  private static final Set<String> HEADER =
      Set.of("name", "exact_match", "prefix_match", "string_match", "invert_match");

  private static final Set<String> STRING = Set.of("exact", "prefix", "ignore_case");

  /** A route that is not for statements. */
  private record Other(Section route, String label) {}

  private final Upstreams upstreams;
  private final HeadersOfFilters filters;
  private final Settings settings;
  private final Report report;
  private final List<Map<String, Object>> rules = new ArrayList<>();

  /** What a host has sent on so far, whatever else there was in the request. */
  private final List<TrinoPaths.Match> open = new ArrayList<>();

  /** What it answered itself before a route could have it. */
  private final List<TrinoPaths.Match> answered = new ArrayList<>();

  /** What the gateway serves too that a host has sent on, all of it. */
  private final Set<TrinoPaths.Match> served = new HashSet<>();

  private final Map<List<String>, String> weighted = new LinkedHashMap<>();
  private final List<Other> others = new ArrayList<>();
  private boolean statements;

  /**
   * Whether a route of the host has decided on statements, or may have, in a way that is none here:
   * what comes behind it must not have those that Envoy refused, or sent elsewhere.
   */
  private boolean decided;

  private @Nullable String defaultLabel;

  EnvoyRoutes(Upstreams upstreams, HeadersOfFilters filters, Settings settings, Report report) {
    this.upstreams = upstreams;
    this.filters = filters;
    this.settings = settings;
    this.report = report;
  }

  void read(Section configuration) {
    configuration.covered("name");
    for (Section host : configuration.sections("virtual_hosts")) {
      host.covered("name");
      List<String> domains = host.texts("domains");
      if (!domains.contains("*") && !domains.isEmpty()) {
        report.missing(host.path() + ".domains: every host name is served: " + domains);
      }
      decided = false;
      open.clear();
      answered.clear();
      host.sections("routes").forEach(this::route);
      SERVED.stream().filter(this::isWhollyOpen).forEach(served::add);
    }
    if (!rules.isEmpty()) {
      settings.set(rules, "passgate", "routing", "rules");
    }
    if (defaultLabel == null) {
      // Nothing was served that no route was for, whether it is a rule now or could not be one.
      settings.set("refuse", "passgate", "routing", "unmatched");
    }
    settings.set(defaultLabel, "passgate", "routing", "default-label");
    for (Other other : others) {
      if (!other.label().equals(defaultLabel)) {
        report.missing(
            other.route().path() + ": a query and its polls go to one cluster, whatever the path");
      }
    }
    more(configuration);
  }

  private boolean isWhollyOpen(TrinoPaths.Match path) {
    return open.stream().anyMatch(each -> each.covers(path))
        && answered.stream().noneMatch(each -> each.overlaps(path));
  }

  /** Says what is served that was not, or not to all. */
  private void more(Section configuration) {
    List<String> more = new ArrayList<>();
    if (!statements) {
      more.add(STATEMENT.path());
    }
    SERVED.stream().filter(path -> !served.contains(path)).forEach(path -> more.add(path.path()));
    if (!more.isEmpty()) {
      report.missing(
          configuration.path()
              + ": no route is for all of "
              + String.join(", ", more)
              + ", which the gateway serves; a list of your own in"
              + " spring.cloud.gateway.server.webflux.routes leaves it out");
    }
    report.note("the gateway itself answers /query, /auth/*/oauth2/token and /api/validate too");
  }

  private void route(Section route) {
    route.covered("name", "decorator");
    Section match = route.section("match");
    TrinoPaths.Match path = TrinoPaths.of(match);
    if (path == null) {
      TrinoPaths.Match atMost = TrinoPaths.atMost(match);
      decided |= atMost.covers(STATEMENT);
      if (!route.has("route")) {
        answers(atMost);
      }
      route.missing("a match that is no path or prefix");
      return;
    }
    boolean conditional = match.hasMoreThan(PATHS);
    boolean forStatements = path.covers(STATEMENT) && !decided;
    if (!route.has("route")) {
      if (path.isOwn()) {
        report.note(route.path() + ": the gateway answers / and /health itself");
        route.ignored();
      } else {
        route.missing("an answer of Envoy's own for " + path);
      }
      // Conditions do not tell apart here whom it refused.
      decided |= path.covers(STATEMENT);
      answers(path);
      return;
    }
    if (!path.isTrino()) {
      route.missing("the gateway serves Trino's paths, and not " + path);
      return;
    }
    if (conditional && open.stream().anyMatch(earlier -> earlier.covers(path))) {
      route.missing("a route before it takes all of " + path);
      return;
    }
    statements |= forStatements;
    if (conditional && !forStatements) {
      route.missing("conditions choose for new queries alone, and not for " + path);
      return;
    }
    if (match.hasMoreThan(PATHS_AND_HEADERS)) {
      route.missing("it has conditions that routing rules have none of");
      decided |= forStatements;
      return;
    }
    boolean forPolls =
        POLLS.overlaps(path) && open.stream().noneMatch(earlier -> earlier.covers(POLLS));
    if (!conditional) {
      open.add(path);
      decided |= forStatements;
    }
    Section action = route.section("route");
    String label = target(action);
    timeouts(action, forStatements || forPolls);
    if (conditional) {
      decided |= forStatements && (label == null || !isRule(route, match, label));
    } else if (label == null) {
      return;
    } else if (!forStatements || (defaultLabel != null && !defaultLabel.equals(label))) {
      others.add(new Other(route, label));
    } else {
      defaultLabel = label;
    }
  }

  /** Notes that Envoy answered itself, unless an earlier route has it all. */
  private void answers(TrinoPaths.Match path) {
    if (open.stream().noneMatch(earlier -> earlier.covers(path))) {
      answered.add(path);
    }
  }

  private @Nullable String target(Section action) {
    String cluster = action.text("cluster");
    if (cluster != null) {
      return upstreams.use(cluster, null, null);
    }
    if (!action.has("weighted_clusters")) {
      return null;
    }
    Section all = action.section("weighted_clusters");
    all.covered("total_weight");
    List<Section> clusters = all.sections("clusters");
    List<String> key =
        clusters.stream().map(each -> each.text("name") + " " + each.text("weight")).toList();
    String known = weighted.get(key);
    if (known != null) {
      return known;
    }
    String group = upstreams.group();
    weighted.put(key, group);
    for (Section each : clusters) {
      var _ = upstreams.use(String.valueOf(each.text("name")), group, each.number("weight"));
    }
    return group;
  }

  /** There is one for all paths, and what it must not be too short for are queries. */
  private void timeouts(Section action, boolean forQueries) {
    String pause = Durations.read(action, "timeout");
    String idle = Durations.read(action, "idle_timeout");
    String limit = pause == null ? idle : pause;
    if (forQueries) {
      settings.setOnce(limit, "passgate", "limits", "answer-pause");
    } else if (limit != null) {
      report.note(action.path() + ": its timeout of " + limit + " is that of statements now");
    }
    if (action.has("retry_policy")) {
      action.section("retry_policy").ignored();
      report.note("retry_policy: what can be repeated safely is, and nothing else");
    }
  }

  /** Makes a rule of a route, where its conditions can be one. */
  private boolean isRule(Section route, Section match, String label) {
    Map<String, Object> headers = new LinkedHashMap<>();
    for (Section header : match.sections("headers")) {
      String name = header.text("name");
      String pattern = pattern(header);
      if (name != null && (filters.isSet(name) || filters.areUnknown())) {
        header.missing(
            (filters.isSet(name) ? "Envoy or a filter of it set it" : "a filter may have set it")
                + ", and here it is the client's:"
                + " claims of passgate.routing.rules tell people apart");
        return false;
      }
      if (name == null
          || name.startsWith(":")
          || pattern == null
          || header.isTrue("invert_match")) {
        header.missing("a match that routing rules have none of");
        return false;
      }
      if (pattern.isEmpty()
          || !TrinoHeaders.isForwardable(name)
          || headers.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
        header.missing("a match that routing rules have none of");
        return false;
      }
      headers.put(name, pattern);
    }
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("name", "envoy-" + (rules.size() + 1));
    rule.put("headers", headers);
    rule.put("label", label);
    rules.add(rule);
    report.note(route.path() + ": rule " + rule.get("name") + " chooses for new queries");
    return true;
  }

  private static @Nullable String pattern(Section header) {
    Section text = header.has("string_match") ? header.section("string_match") : header;
    if (header.hasMoreThan(HEADER)
        || (text != header && (text.hasMoreThan(STRING) || text.isTrue("ignore_case")))) {
      return null;
    }
    String exact = text.text(text == header ? "exact_match" : "exact");
    if (exact != null) {
      return quoted(exact);
    }
    String prefix = text.text(text == header ? "prefix_match" : "prefix");
    return prefix == null ? null : quoted(prefix) + ".*";
  }

  private static String quoted(String text) {
    return Pattern.compile("[^A-Za-z0-9 _-]").matcher(text).replaceAll("\\\\$0");
  }
}
