package dev.passgate.identity.mapping;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What of a credential's claims goes on with the identity: of some claims those values that
 * somebody asks for, and nothing else. However much a token says, no more is kept than the
 * configuration names.
 *
 * @param asked the values that are asked for, by claim, in JSON's notation, texts without quotes
 */
public record KeptClaims(Map<ClaimPath, Set<String>> asked) {

  /** Nothing is kept. */
  public static final KeptClaims NONE = new KeptClaims(Map.of());

  /** Somebody who asks for claims. */
  @FunctionalInterface
  public interface Source {
    KeptClaims claims();
  }

  public KeptClaims {
    asked = Map.copyOf(asked);
  }

  /** What any of several asks for. */
  public static KeptClaims of(List<Source> sources) {
    Map<ClaimPath, Set<String>> all = new HashMap<>();
    for (Source source : sources) {
      source
          .claims()
          .asked()
          .forEach(
              (path, values) -> all.computeIfAbsent(path, _ -> new HashSet<>()).addAll(values));
    }
    return new KeptClaims(all);
  }

  /**
   * The values that are asked for and that the claims have, by the path as it is configured. A
   * claim has each element of the list that it is. What is no text, number or truth is passed over.
   */
  public Map<String, List<String>> of(Map<String, ? extends @Nullable Object> claims) {
    if (asked.isEmpty()) {
      return Map.of();
    }
    Map<String, List<String>> found = new HashMap<>();
    asked.forEach(
        (path, values) -> {
          Object value = path.find(claims);
          Set<String> kept = new LinkedHashSet<>();
          if (value instanceof List<?> list) {
            list.forEach(element -> keep(element, values, kept));
          } else {
            keep(value, values, kept);
          }
          if (!kept.isEmpty()) {
            found.put(path.text(), List.copyOf(kept));
          }
        });
    return found;
  }

  private static void keep(@Nullable Object value, Set<String> asked, Set<String> kept) {
    String text =
        switch (value) {
          case String own -> own;
          case Boolean truth -> truth.toString();
          case Number number -> number.toString();
          // a NumericDate, once Spring Security has seen it
          case Instant time -> Long.toString(time.getEpochSecond());
          case null, default -> null;
        };
    if (text != null && asked.contains(text)) {
      kept.add(text);
    }
  }
}
