package dev.passgate.command.envoy;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The filter {@code jwt_authn}: its providers are issuers. */
final class JwtProviders {

  private static final String[] ISSUERS = {"passgate", "issuers"};

  private static final int MAX_DEPTH = 20;
  private static final int MAX_REQUIREMENTS = 10_000;

  /** What the gateway serves to everybody. */
  private static final List<TrinoPaths.Match> PUBLIC =
      List.of(TrinoPaths.Match.exact("/v1/info"), TrinoPaths.Match.exact("/v1/status"));

  private final HeadersOfFilters headers;
  private final Settings settings;
  private final Report report;
  private final Names names = new Names();
  private final Set<String> sources = new LinkedHashSet<>();
  private final Map<Set<String>, String> required = new LinkedHashMap<>();
  private boolean usual;
  private int requirements;

  JwtProviders(HeadersOfFilters headers, Settings settings, Report report) {
    this.headers = headers;
    this.settings = settings;
    this.report = report;
  }

  void read(Section filter) {
    Map<String, Section> providers = filter.named("providers");
    providers.forEach(this::provider);
    if (!sources.isEmpty()) {
      if (usual) {
        sources.add("bearer");
      }
      settings.set(List.copyOf(sources), "passgate", "authentication", "sources");
    }
    Map<String, Section> shared = filter.named("requirement_map");
    filter.sections("rules").forEach(rule -> rule(rule, shared));
    if (!required.isEmpty()) {
      tellApart(providers);
    }
  }

  /** Issuers are trusted on all paths that ask for an identity, unless their routes are named. */
  private void tellApart(Map<String, Section> providers) {
    providers.forEach(
        (name, provider) -> {
          if (required.keySet().stream().noneMatch(names -> names.contains(name))) {
            report.missing(
                provider.path()
                    + ": no rule asks for it, so none of its tokens was taken, and now they are:"
                    + " take the issuer out");
          }
        });
    if (required.size() > 1) {
      report.missing(
          "rules ask for different providers, "
              + String.join(", ", required.values())
              + ", and now each issuer is for all paths:"
              + " passgate.issuers.NAME.routes says which routes one is for");
    }
  }

  private void provider(String given, Section provider) {
    String name = names.of(given);
    String issuer = provider.text("issuer");
    if (issuer == null || issuer.isEmpty()) {
      report.missing(provider.path() + ": it has no issuer, so tokens of anybody were taken");
    }
    settings.set(issuer, path(name, "issuer-uri"));
    List<String> audiences = provider.texts("audiences");
    if (audiences.isEmpty()) {
      report.missing(
          provider.path()
              + ": it has no audiences; set passgate.issuers."
              + name
              + ".audiences to whom tokens are for");
    } else {
      settings.set(audiences, path(name, "audiences"));
    }
    settings.set(seconds(provider), path(name, "clock-skew"));
    keys(name, provider);
    sources(provider);
    claims(name, provider);
    if (provider.isTrue("forward")) {
      report.missing(provider.path() + ".forward: the token never reaches Trino");
    }
    provider.covered("pad_forward_payload_header", "jwt_cache_config");
  }

  private static String[] path(String name, String key) {
    return new String[] {ISSUERS[0], ISSUERS[1], name, key};
  }

  private static @Nullable String seconds(Section provider) {
    Integer skew = provider.number("clock_skew_seconds");
    return skew == null || skew == 0 ? null : skew + "s";
  }

  private void keys(String name, Section provider) {
    if (provider.has("local_jwks")) {
      provider
          .section("local_jwks")
          .missing("keys are fetched: set passgate.issuers." + name + ".jwk-set-uri");
    }
    if (!provider.has("remote_jwks")) {
      return;
    }
    Section remote = provider.section("remote_jwks");
    Section uri = remote.section("http_uri");
    settings.set(uri.text("uri"), path(name, "jwk-set-uri"));
    uri.covered("cluster");
    settings.set(
        Durations.read(uri, "timeout"), "passgate", "issuers", name, "keys", "fetch-timeout");
    settings.set(
        Durations.read(remote, "cache_duration"),
        "passgate",
        "issuers",
        name,
        "keys",
        "refresh-interval");
    if (remote.has("async_fetch") || remote.has("retry_policy")) {
      remote.covered("async_fetch", "retry_policy");
      report.note("keys are always fetched in the background, and again after a failure");
    }
  }

  private void sources(Section provider) {
    if (!provider.has("from_headers")
        && !provider.has("from_cookies")
        && !provider.has("from_params")) {
      usual = true;
    }
    for (Section header : provider.sections("from_headers")) {
      String name = String.valueOf(header.text("name"));
      String prefix = header.text("value_prefix");
      boolean bearer = name.equalsIgnoreCase("authorization");
      String usual = bearer ? "Bearer " : "";
      if (prefix != null && !prefix.stripTrailing().equalsIgnoreCase(usual.strip())) {
        report.missing(header.path() + ".value_prefix");
      }
      if (bearer) {
        sources.add("bearer");
      } else {
        sources.add(name.equalsIgnoreCase("idtoken") ? "idtoken" : "header:" + name);
      }
    }
    provider.texts("from_cookies").forEach(name -> sources.add("cookie:" + name));
    if (provider.has("from_params")) {
      provider.covered("from_params");
      report.missing(provider.path() + ".from_params: tokens in URLs end in logs");
    }
  }

  private void claims(String issuer, Section provider) {
    String payload = provider.text("forward_payload_header");
    if (payload != null) {
      headers.set(payload);
      report.missing(provider.path() + ".forward_payload_header: no claims go on as they are");
    }
    boolean user = false;
    for (Section claim : provider.sections("claim_to_headers")) {
      String header = String.valueOf(claim.text("header_name")).toLowerCase(Locale.ROOT);
      headers.set(header);
      String name = claim.text("claim_name");
      if (header.equals("x-trino-user") && name != null) {
        settings.set(List.of(name), "passgate", "issuers", issuer, "user", "claims");
        user = true;
      } else {
        claim.missing("of the claims, only the user and what passgate.issuers.*.trino says go on");
      }
    }
    if (!user) {
      report.note(
          provider.path()
              + ": the user is preferred_username, email or sub of the token, the first there is;"
              + " passgate.issuers."
              + issuer
              + ".user.claims names others");
    }
    report.note(
        provider.path()
            + ": tokens signed with RS256 are taken; passgate.issuers."
            + issuer
            + ".algorithms names others");
  }

  /**
   * Reads a rule.
   *
   * @param shared the requirements that rules name
   */
  private void rule(Section rule, Map<String, Section> shared) {
    Section match = rule.section("match");
    TrinoPaths.Match path = TrinoPaths.of(match);
    TrinoPaths.Match atMost = path == null ? TrinoPaths.atMost(match) : path;
    match.covered("headers");
    String name = rule.text("requirement_name");
    Section requires = name == null ? rule.section("requires") : shared.get(name);
    if (requires == null) {
      rule.missing("there is no requirement '" + name + "'");
      return;
    }
    if (name == null && !rule.has("requires")) {
      if (path == null || !path.isOwn()) {
        report.note(
            match.path()
                + ": it asked for no token, and the gateway does but for its public paths");
      }
      return;
    }
    Set<String> named = new TreeSet<>();
    requirement(requires, named, 0);
    required.putIfAbsent(named, rule.path());
    List<String> open = PUBLIC.stream().filter(atMost::covers).map(TrinoPaths.Match::path).toList();
    if (!open.isEmpty()) {
      report.missing(
          match.path()
              + ": it asked for a token on "
              + String.join(", ", open)
              + ", which the gateway serves to everybody; a list of your own in"
              + " spring.cloud.gateway.server.webflux.routes closes it");
    }
  }

  private void requirement(Section requires, Set<String> named, int depth) {
    if (depth > MAX_DEPTH || ++requirements > MAX_REQUIREMENTS) {
      throw new UnreadableEnvoy(requires.path() + ": too many requirements in each other");
    }
    name(requires, named);
    for (String several : List.of("requires_any", "requires_all")) {
      if (requires.has(several)) {
        requires
            .section(several)
            .sections("requirements")
            .forEach(each -> requirement(each, named, depth + 1));
      }
    }
    if (requires.has("provider_and_audiences")) {
      name(requires.section("provider_and_audiences"), named);
    }
    for (Map.Entry<String, String> no :
        Map.of(
                "allow_missing", "a credential is always asked for",
                "allow_missing_or_failed", "a credential is always asked for",
                "requires_all", "one credential is enough",
                "provider_and_audiences", "audiences are those of the issuer")
            .entrySet()) {
      if (requires.has(no.getKey())) {
        requires.covered(no.getKey());
        report.missing(requires.path() + "." + no.getKey() + ": " + no.getValue());
      }
    }
  }

  private static void name(Section requires, Set<String> named) {
    String name = requires.text("provider_name");
    if (name != null) {
      named.add(name);
    }
  }
}
