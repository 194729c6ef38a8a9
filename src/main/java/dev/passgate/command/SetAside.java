package dev.passgate.command;

import static java.util.Map.entry;
import static java.util.stream.Collectors.toSet;

import dev.passgate.setting.Mistakes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Settings that are known to be wrong. What is made of others often needs what would have been made
 * of them; so they are left out when the others are looked at, and where something has to be there,
 * something harmless is.
 */
final class SetAside {

  /** Elements of {@code passgate.tls}. */
  private static final int SECTION = 2;

  /** Elements of {@code passgate.issuers.acme}: what is left of one of these is no whole. */
  private static final int NAMED = 3;

  /** What names a setting, and not something else. */
  private static final Pattern SETTING = Pattern.compile("[\\w.\\[\\]-]+");

  /** Stands for the cluster or issuer where there is none. */
  private static final String NOBODY = "check";

  private static final ConfigurationPropertyName CLUSTERS =
      ConfigurationPropertyName.of("passgate.clusters");
  private static final ConfigurationPropertyName ISSUERS =
      ConfigurationPropertyName.of("passgate.issuers");

  private static final ConfigurationPropertyName BUNDLES =
      ConfigurationPropertyName.of("spring.ssl.bundle");

  /** Element of {@code spring.ssl.bundle.pem.NAME}. */
  private static final int BUNDLE_NAME = 4;

  private static final String BUNDLE = "bundle";
  private static final String WATCHED = "reloadonupdate";

  /** What others are compared with, or choose by. */
  private static final List<String> KEPT =
      List.of(
          "passgate.clusters.*.url", "passgate.clusters.*.labels", "passgate.issuers.*.issuer-uri");

  /** Kept of a cluster that is sent tokens, as keys are there for that one alone. */
  private static final List<String> KEPT_FOR_KEYS =
      List.of("passgate.clusters.*.trust", "passgate.clusters.*.allow-plain-http");

  /** Without which others are of no use, and the number of it that has to be there. */
  private static final Map<String, String> NEEDED =
      Map.of(
          "passgate.limits.queries-per-user", "passgate.limits.queries-per-user",
          "passgate.limits.new-queries-per-user", "passgate.limits.new-queries-per-user.rate");

  /** What may be wrong only because something of the key is left out; * is one of any name. */
  private static final Map<String, List<String>> FOLLOWING =
      Map.ofEntries(
          entry("passgate.clusters." + NOBODY, List.of("passgate.routing")),
          entry("passgate.clusters.*.labels", List.of("passgate.routing")),
          entry("passgate.clusters.*.trust", List.of("passgate.trino-keys")),
          entry(
              "passgate.issuers." + NOBODY, List.of("passgate.routing", "passgate.impersonation")),
          entry("passgate.authentication", List.of("passgate.authentication.sources")),
          entry("passgate.tls", List.of("passgate.authentication.sources")),
          entry("server.ssl", List.of("passgate.authentication.sources")),
          entry("server.ssl.key-store", List.of("server.ssl.bundle")),
          entry("management.server.ssl.key-store", List.of("management.server.ssl.bundle")),
          entry(
              "spring.cloud.gateway.server.webflux.routes", List.of("passgate.issuers.*.routes")));

  private final Set<ConfigurationPropertyName> parts = new LinkedHashSet<>();
  private final Map<ConfigurationPropertyName, String> standIns = new LinkedHashMap<>();
  private final Set<String> watchedBundles = new HashSet<>();
  private boolean unwatched;

  /** Clusters that are sent tokens. */
  private Set<ConfigurationPropertyName> keyed = Set.of();

  /** What is left, once something was left out. */
  private @Nullable ConfigurableEnvironment rest;

  /**
   * Leaves out from now on what failures are about; where that was not enough, what it is in.
   *
   * @return whether that is more than before
   */
  boolean add(List<RuntimeException> failures) {
    Set<ConfigurationPropertyName> keys = new LinkedHashSet<>();
    for (RuntimeException failure : failures) {
      ConfigurationPropertyName key = key(failure);
      if (key != null) {
        keys.add(key);
      }
    }
    boolean more = false;
    for (ConfigurationPropertyName key : keys) {
      more |= add(key);
    }
    return more;
  }

  /**
   * Watches no certificates from now on: where one that is to be watched cannot be, there are no
   * SSL bundles at all. What then is wrong with bundles is the same once more.
   *
   * @return whether they were watched before
   */
  boolean unwatch() {
    boolean before = unwatched;
    unwatched = true;
    return !before;
  }

  private boolean add(ConfigurationPropertyName key) {
    if (isIn(CLUSTERS, key)) {
      ConfigurationPropertyName cluster = named(key);
      standIn(key, cluster.append("url"), "https://%s.invalid");
      return parts.addAll(List.of(cluster, key));
    }
    if (isIn(ISSUERS, key)) {
      ConfigurationPropertyName issuer = named(key);
      standIn(key, issuer.append("issuer-uri"), "https://check.invalid/%s");
      standIns.put(issuer.append("audiences"), "check");
      return parts.addAll(List.of(issuer, key));
    }
    NEEDED.forEach(
        (part, number) -> {
          if (matches(part, key)) {
            standIns.put(ConfigurationPropertyName.of(number), "1");
          }
        });
    ConfigurationPropertyName part = list(key);
    return parts.add(part) || (part.getNumberOfElements() > SECTION && parts.add(part.getParent()));
  }

  /** The cluster or issuer that a key is of, or one for a key that is of none. */
  private static ConfigurationPropertyName named(ConfigurationPropertyName key) {
    return key.getNumberOfElements() < NAMED ? key.append(NOBODY) : key.chop(NAMED);
  }

  /** Has another address stand for one that is wrong or missing. */
  private void standIn(
      ConfigurationPropertyName key, ConfigurationPropertyName setting, String address) {
    if (isIn(setting, key) || isIn(key, setting)) {
      String name = setting.getParent().getLastElement(Form.UNIFORM);
      standIns.put(setting, address.formatted(name));
    }
  }

  /** The whole list that a key is in; the key where it is in none. */
  private static ConfigurationPropertyName list(ConfigurationPropertyName key) {
    for (int i = 0; i < key.getNumberOfElements(); i++) {
      if (key.isNumericIndex(i)) {
        return key.chop(i);
      }
    }
    return key;
  }

  /** Whether a failure is about what is left out, or follows from that. */
  boolean explains(RuntimeException failure) {
    ConfigurationPropertyName key = key(failure);
    if (key == null) {
      return unwatched && Mistakes.isOfAFileAtMost(failure);
    }
    return namesOneUnwatched(key)
        || parts.stream().anyMatch(part -> isIn(part, key) || isIn(key, part))
        || FOLLOWING.entrySet().stream()
            .anyMatch(
                entry ->
                    parts.stream().anyMatch(part -> matches(entry.getKey(), part))
                        && matchesOne(entry.getValue(), key));
  }

  private boolean namesOneUnwatched(ConfigurationPropertyName key) {
    return unwatched
        && isOf(BUNDLE, key)
        && rest != null
        && watchedBundles.contains(String.valueOf(value(rest, key)));
  }

  private static @Nullable Object value(
      ConfigurableEnvironment environment, ConfigurationPropertyName name) {
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      ConfigurationProperty property = source.getConfigurationProperty(name);
      if (property != null) {
        return property.getValue();
      }
    }
    return null;
  }

  private static boolean matchesOne(List<String> patterns, ConfigurationPropertyName name) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, name));
  }

  /** Whether a name is what a pattern stands for, or in that; * stands for any one element. */
  private static boolean matches(String pattern, ConfigurationPropertyName name) {
    List<String> elements = List.of(pattern.replace("-", "").split("\\."));
    return name.getNumberOfElements() >= elements.size()
        && IntStream.range(0, elements.size())
            .allMatch(
                i ->
                    elements.get(i).equals("*")
                        || elements.get(i).equals(name.getElement(i, Form.UNIFORM)));
  }

  private static @Nullable ConfigurationPropertyName key(RuntimeException failure) {
    String key = Mistakes.key(failure);
    return key != null && SETTING.matcher(key).matches()
        ? ConfigurationPropertyName.adapt(key, '.')
        : null;
  }

  private static boolean isIn(ConfigurationPropertyName whole, ConfigurationPropertyName name) {
    return whole.equals(name) || whole.isAncestorOf(name);
  }

  /** Takes it out of what the configuration is read from. */
  void removeFrom(ConfigurableEnvironment environment) {
    keyed =
        parts.stream()
            .filter(part -> isNamed(part) && CLUSTERS.isParentOf(part))
            .filter(cluster -> "jwt".equals(value(environment, cluster.append("trust"))))
            .collect(toSet());
    MutablePropertySources sources = environment.getPropertySources();
    Map<ConfigurationPropertyName, String> names = new HashMap<>();
    for (PropertySource<?> source : sources.stream().toList()) {
      if (source instanceof EnumerablePropertySource<?> all) {
        note(all, names);
        sources.replace(all.getName(), rest(all));
      }
    }
    Map<String, Object> harmless = new LinkedHashMap<>();
    standIns.forEach((setting, value) -> harmless.put(spelt(setting, names), value));
    sources.addFirst(new MapPropertySource("stand-ins", harmless));
    rest = environment;
  }

  /** Notes how clusters and issuers are spelt, and which bundles are watched. */
  private void note(
      EnumerablePropertySource<?> source, Map<ConfigurationPropertyName, String> names) {
    if (ConfigurationPropertySource.from(source)
        instanceof IterableConfigurationPropertySource settings) {
      for (ConfigurationPropertyName setting : settings) {
        if (setting.getNumberOfElements() > NAMED
            && (isIn(CLUSTERS, setting) || isIn(ISSUERS, setting))) {
          ConfigurationPropertyName whole = setting.chop(NAMED);
          names.putIfAbsent(whole, whole.getLastElement(Form.ORIGINAL));
        }
        if (isWatch(setting)) {
          watchedBundles.add(setting.getElement(BUNDLE_NAME, Form.ORIGINAL));
        }
      }
    }
  }

  /** A setting as its source spells it: to be of the same cluster or issuer, and not of another. */
  private static String spelt(
      ConfigurationPropertyName setting, Map<ConfigurationPropertyName, String> names) {
    ConfigurationPropertyName whole = setting.chop(NAMED);
    String name = names.get(whole);
    return name == null
        ? setting.toString()
        : whole.getParent() + "." + name + "." + setting.getLastElement(Form.DASHED);
  }

  private MapPropertySource rest(EnumerablePropertySource<?> source) {
    Set<String> leftOut = leftOut(source);
    Map<String, Object> rest = new LinkedHashMap<>();
    for (String name : source.getPropertyNames()) {
      Object value = leftOut.contains(name) ? null : source.getProperty(name);
      if (value != null) {
        rest.put(name, value);
      }
    }
    return source instanceof SystemEnvironmentPropertySource
        ? new SystemEnvironmentPropertySource(source.getName(), rest)
        : new MapPropertySource(source.getName(), rest);
  }

  /** The source's own names of what is left out, such as {@code PASSGATE_SIGNING_KEY}. */
  private Set<String> leftOut(EnumerablePropertySource<?> source) {
    ConfigurationPropertySource settings = ConfigurationPropertySource.from(source);
    if (settings == null) {
      return Set.of();
    }
    Stream<ConfigurationPropertyName> names =
        settings instanceof IterableConfigurationPropertySource iterable
            ? Stream.concat(parts.stream(), iterable.stream().filter(this::isLeftOut))
            : parts.stream();
    Set<String> found = new LinkedHashSet<>();
    names
        .map(settings::getConfigurationProperty)
        .mapMulti(SetAside::nameInSource)
        .forEach(found::add);
    return found;
  }

  private static void nameInSource(
      @Nullable ConfigurationProperty property, Consumer<String> each) {
    if (property != null && property.getOrigin() instanceof PropertySourceOrigin origin) {
      each.accept(origin.getPropertyName());
    }
  }

  private static boolean isOf(String last, ConfigurationPropertyName key) {
    return !key.isEmpty() && key.getLastElement(Form.UNIFORM).equals(last);
  }

  private static boolean isWatch(ConfigurationPropertyName setting) {
    return BUNDLES.isAncestorOf(setting) && isOf(WATCHED, setting);
  }

  private boolean isLeftOut(ConfigurationPropertyName setting) {
    return (unwatched && isWatch(setting))
        || parts.stream()
            .anyMatch(part -> isIn(part, setting) && !(isNamed(part) && isKept(part, setting)));
  }

  private boolean isKept(ConfigurationPropertyName whole, ConfigurationPropertyName setting) {
    return matchesOne(KEPT, setting)
        || (keyed.contains(whole) && matchesOne(KEPT_FOR_KEYS, setting));
  }

  /** Whether it is a whole cluster or issuer. */
  private static boolean isNamed(ConfigurationPropertyName part) {
    return part.getNumberOfElements() == NAMED
        && (CLUSTERS.isParentOf(part) || ISSUERS.isParentOf(part));
  }
}
