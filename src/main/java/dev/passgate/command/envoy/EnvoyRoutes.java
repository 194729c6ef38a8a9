package dev.passgate.command.envoy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's routes: the gateway has those of Trino's paths, so only where they go to is of interest.
 */
final class EnvoyRoutes {

  private static final String WEIGHTED = "weighted";

  /** What the gateway serves of Trino beside statements. */
  private static final List<TrinoPaths.Match> SERVED =
      List.of(
          new TrinoPaths.Match("/ui", false),
          new TrinoPaths.Match("/v1/query", false),
          new TrinoPaths.Match("/v1/info", false),
          new TrinoPaths.Match("/v1/status", true));

  private final Upstreams upstreams;
  private final Settings settings;
  private final Report report;
  private final List<Map<String, Object>> rules = new ArrayList<>();
  private final List<TrinoPaths.Match> paths = new ArrayList<>();
  private final List<TrinoPaths.Match> open = new ArrayList<>();
  private @Nullable String defaultLabel;

  EnvoyRoutes(Upstreams upstreams, Settings settings, Report report) {
    this.upstreams = upstreams;
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
      host.sections("routes").forEach(this::route);
    }
    if (!rules.isEmpty()) {
      settings.set(rules, "passgate", "routing", "rules");
    }
    boolean conditional = open.isEmpty() && !paths.isEmpty();
    if (defaultLabel == null && (conditional || !rules.isEmpty())) {
      // Nothing was served that no route was for, whether it is a rule now or could not be one.
      settings.set("refuse", "passgate", "routing", "unmatched");
    }
    settings.set(defaultLabel, "passgate", "routing", "default-label");
    more(configuration);
  }

  /** Says what is served that was not. */
  private void more(Section configuration) {
    List<String> more =
        SERVED.stream()
            .filter(served -> paths.stream().noneMatch(served::touches))
            .map(TrinoPaths.Match::path)
            .toList();
    if (!paths.isEmpty() && !more.isEmpty()) {
      report.missing(
          configuration.path()
              + ": no route is for "
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
      route.missing("a match that is no path or prefix");
      return;
    }
    if (!route.has("route")) {
      if (path.isOwn()) {
        report.note(route.path() + ": the gateway answers / and /health itself");
        route.ignored();
      } else {
        route.missing("an answer of Envoy's own for " + path);
      }
      return;
    }
    if (!path.isTrino()) {
      route.missing("the gateway serves Trino's paths, and not " + path);
      return;
    }
    if (open.stream().anyMatch(earlier -> earlier.covers(path))) {
      if (match.has("headers")) {
        route.missing("a route before it takes all of " + path);
        return;
      }
    } else if (!match.has("headers")) {
      open.add(path);
    }
    paths.add(path);
    Section action = route.section("route");
    String label = target(action);
    timeouts(action);
    if (label == null) {
      return;
    }
    if (match.has("headers")) {
      rule(route, match, label);
    } else if (defaultLabel == null) {
      defaultLabel = label;
    } else if (!defaultLabel.equals(label)) {
      report.missing(route.path() + ": a query and its polls go to one cluster, whatever the path");
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
    Section weighted = action.section("weighted_clusters");
    weighted.covered("total_weight");
    for (Section each : weighted.sections("clusters")) {
      var _ = upstreams.use(String.valueOf(each.text("name")), WEIGHTED, each.number("weight"));
    }
    return WEIGHTED;
  }

  private void timeouts(Section action) {
    String pause = Durations.read(action, "timeout");
    String idle = Durations.read(action, "idle_timeout");
    settings.set(pause == null ? idle : pause, "passgate", "limits", "answer-pause");
    if (action.has("retry_policy")) {
      action.section("retry_policy").ignored();
      report.note("retry_policy: what can be repeated safely is, and nothing else");
    }
  }

  private void rule(Section route, Section match, String label) {
    Map<String, Object> headers = new LinkedHashMap<>();
    for (Section header : match.sections("headers")) {
      String name = header.text("name");
      String pattern = pattern(header);
      if (name == null
          || name.startsWith(":")
          || pattern == null
          || header.isTrue("invert_match")) {
        header.missing("a match that routing rules have none of");
        return;
      }
      headers.put(name, pattern);
    }
    Map<String, Object> rule = new LinkedHashMap<>();
    rule.put("name", "envoy-" + (rules.size() + 1));
    rule.put("headers", headers);
    rule.put("label", label);
    rules.add(rule);
    report.note(route.path() + ": rule " + rule.get("name") + " chooses for new queries");
  }

  private static @Nullable String pattern(Section header) {
    Section text = header.has("string_match") ? header.section("string_match") : header;
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
