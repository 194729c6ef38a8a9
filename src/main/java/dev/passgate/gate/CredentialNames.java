package dev.passgate.gate;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names under which configured credentials travel, none of which may go on to Trino.
 *
 * @param headers names of headers, in small letters
 * @param cookies names of cookies
 */
public record CredentialNames(Set<String> headers, Set<String> cookies) {

  public CredentialNames {
    headers = Set.copyOf(headers);
    cookies = Set.copyOf(cookies);
  }

  static CredentialNames of(List<Source> sources) {
    return new CredentialNames(
        sources.stream()
            .filter(Source.Header.class::isInstance)
            .map(source -> ((Source.Header) source).name().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet()),
        sources.stream()
            .filter(Source.Cookie.class::isInstance)
            .map(source -> ((Source.Cookie) source).name())
            .collect(Collectors.toSet()));
  }
}
