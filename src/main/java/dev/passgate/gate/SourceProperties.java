package dev.passgate.gate;

import dev.passgate.setting.InvalidSetting;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where a credential may stand.
 *
 * @param sources where a credential may stand, in order of precedence: {@code bearer}, {@code
 *     idtoken}, {@code basic} (which counts where passwords are configured or basic.tokens is
 *     true), {@code certificate}, {@code header:NAME} and {@code cookie:NAME}
 */
@ConfigurationProperties("passgate.authentication")
record SourceProperties(@DefaultValue({"bearer", "idtoken", "basic"}) List<String> sources) {

  private static final String KEY = "passgate.authentication.sources";

  /** Headers that mean something else, to this gateway, to Trino, or to HTTP. */
  private static final Set<String> TAKEN =
      Set.of(
          "accept",
          "authorization",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "cookie",
          "expect",
          "forwarded",
          "host",
          "origin",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "via");

  SourceProperties {
    sources = List.copyOf(sources);
    Set<Source> seen = new HashSet<>();
    for (String text : sources) {
      Source source = Source.parse(text);
      if (source == null || isTaken(source)) {
        throw new InvalidSetting(
            KEY,
            text,
            "bearer, idtoken, basic, certificate, cookie:NAME, or header:NAME of a header that has"
                + " no other meaning");
      }
      if (!seen.add(source)) {
        throw new InvalidSetting(KEY, sources, "a list in which each source stands once");
      }
    }
    if (sources.isEmpty()) {
      throw new InvalidSetting(
          KEY, sources, "at least one source, such as bearer; without one, nobody gets in");
    }
  }

  private static boolean isTaken(Source source) {
    return source instanceof Source.Header(String name)
        && (TAKEN.contains(name)
            || name.startsWith("x-trino-")
            || name.startsWith("x-presto-")
            || name.startsWith("x-forwarded-")
            || name.startsWith("sec-"));
  }

  /** The sources in order of precedence. */
  List<Source> parsed() {
    return sources.stream().map(text -> Objects.requireNonNull(Source.parse(text))).toList();
  }
}
