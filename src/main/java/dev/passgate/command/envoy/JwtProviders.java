package dev.passgate.command.envoy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filter {@code jwt_authn}: its providers are issuers. */
final class JwtProviders {

  private static final String[] ISSUERS = {"passgate", "issuers"};

  private final Settings settings;
  private final Report report;
  private final Names names = new Names();
  private final Set<String> sources = new LinkedHashSet<>();

  JwtProviders(Settings settings, Report report) {
    this.settings = settings;
    this.report = report;
  }

  void read(Section filter) {
    filter.named("providers").forEach(this::provider);
    if (!sources.isEmpty()) {
      settings.set(List.copyOf(sources), "passgate", "authentication", "sources");
    }
    filter.sections("rules").forEach(this::rule);
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
    for (Section claim : provider.sections("claim_to_headers")) {
      String header = String.valueOf(claim.text("header_name")).toLowerCase(Locale.ROOT);
      String name = claim.text("claim_name");
      if (header.equals("x-trino-user") && name != null) {
        settings.set(List.of(name), "passgate", "issuers", issuer, "user", "claims");
      } else {
        claim.missing("of the claims, only the user and what passgate.issuers.*.trino says go on");
      }
    }
  }

  private void rule(Section rule) {
    Section match = rule.section("match");
    String path = TrinoPaths.of(match);
    match.covered("headers");
    if (!rule.has("requires")) {
      if (path == null || !TrinoPaths.isOwn(path)) {
        report.note(
            match.path()
                + ": it asked for no token, and the gateway does but for its public paths");
      }
      return;
    }
    requirement(rule.section("requires"));
  }

  private void requirement(Section requires) {
    requires.covered("provider_name");
    if (requires.has("requires_any")) {
      requires.section("requires_any").sections("requirements").forEach(this::requirement);
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
}
