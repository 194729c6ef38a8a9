package dev.passgate.command;

import dev.passgate.setting.Mistakes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindMethod;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.Environment;

/**
 * What else is wrong in settings whose binding ends at the first mistake: they are bound again
 * without it, as often as there is another.
 */
final class FurtherMistakes {

  private static final int MAX = 100;

  /** Elements of {@code passgate.issuers.acme}: what is left of one of these is no whole. */
  private static final int NAMED = 3;

  private static final List<ConfigurationPropertyName> OF_NAMED =
      List.of(
          ConfigurationPropertyName.of("passgate.issuers"),
          ConfigurationPropertyName.of("passgate.clusters"));

  private FurtherMistakes() {}

  /**
   * Finds them.
   *
   * @param type a record of settings
   * @return failures in the order in which they were met, the first one too
   */
  static List<RuntimeException> find(String prefix, Class<?> type, Environment environment) {
    List<RuntimeException> found = new ArrayList<>();
    Set<ConfigurationPropertyName> hidden = new HashSet<>();
    for (int i = 0; i < MAX; i++) {
      RuntimeException failure = bind(prefix, type, environment, hidden);
      ConfigurationPropertyName part = failure == null ? null : part(failure);
      // What is missing because it is hidden is nobody's mistake.
      if (failure == null || (part != null && hidden.stream().anyMatch(isIn(part)))) {
        return found;
      }
      found.add(failure);
      if (part == null) {
        return found;
      }
      hidden.add(part);
    }
    return found;
  }

  private static @Nullable RuntimeException bind(
      String prefix,
      Class<?> type,
      Environment environment,
      Set<ConfigurationPropertyName> hidden) {
    List<ConfigurationPropertySource> sources =
        StreamSupport.stream(ConfigurationPropertySources.get(environment).spliterator(), false)
            .map(
                source ->
                    source.filter(name -> hidden.stream().noneMatch(part -> isIn(part).test(name))))
            .toList();
    try {
      var _ =
          new Binder(sources, new PropertySourcesPlaceholdersResolver(environment))
              .bindOrCreate(prefix, Bindable.of(type).withBindMethod(BindMethod.VALUE_OBJECT));
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  private static Predicate<ConfigurationPropertyName> isIn(ConfigurationPropertyName part) {
    return name -> part.equals(name) || part.isAncestorOf(name);
  }

  /**
   * What is left out; null where the rest would not be what it was, as with an element of a list.
   */
  private static @Nullable ConfigurationPropertyName part(RuntimeException failure) {
    String text = Mistakes.key(failure);
    if (text == null || !ConfigurationPropertyName.isValid(text)) {
      return null;
    }
    ConfigurationPropertyName key = ConfigurationPropertyName.of(text);
    if (key.getNumberOfElements() >= NAMED
        && OF_NAMED.stream().anyMatch(section -> section.isAncestorOf(key))) {
      return key.chop(NAMED);
    }
    return key.hasIndexedElement() ? null : key;
  }
}
