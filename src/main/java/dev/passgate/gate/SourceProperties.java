package dev.passgate.gate;

import dev.passgate.setting.InvalidSetting;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where a credential may stand.
 *
 * @param sources {@code bearer}, the only one that is read in this version; the others that later
 *     ones read ({@code idtoken}, {@code basic}, {@code header:NAME}, {@code cookie:NAME}) may be
 *     named beside it and let nobody in
 */
@ConfigurationProperties("passgate.authentication")
record SourceProperties(@DefaultValue("bearer") List<String> sources) {

  static final String BEARER = "bearer";

  SourceProperties {
    sources = List.copyOf(sources);
    if (!sources.contains(BEARER) || !sources.stream().allMatch(SourceProperties::isKnown)) {
      throw new InvalidSetting(
          "passgate.authentication.sources",
          sources,
          "a list with bearer in it, the source that this version reads");
    }
  }

  private static boolean isKnown(String source) {
    return switch (source) {
      case BEARER, "idtoken", "basic" -> true;
      default -> source.matches("(header|cookie):[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    };
  }

  /** Those that are named and not read. */
  List<String> unread() {
    return sources.stream().filter(source -> !source.equals(BEARER)).toList();
  }
}
