package dev.passgate.command;

import dev.passgate.setting.Mistakes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
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

  /** Stands for the cluster or issuer where there is none. */
  private static final String NOBODY = "check";

  private static final ConfigurationPropertyName CLUSTERS =
      ConfigurationPropertyName.of("passgate.clusters");
  private static final ConfigurationPropertyName ISSUERS =
      ConfigurationPropertyName.of("passgate.issuers");

  private static final ConfigurationPropertyName BUNDLES =
      ConfigurationPropertyName.of("spring.ssl.bundle");
  private static final String BUNDLE = "bundle";
  private static final String WATCHED = "reloadonupdate";

  /** What others are compared with, or choose by. */
  private static final Map<ConfigurationPropertyName, List<String>> KEPT =
      Map.of(CLUSTERS, List.of("url", "labels"), ISSUERS, List.of("issuer-uri"));

  /** What may be wrong only because something of the key is left out. */
  private static final Map<String, List<String>> FOLLOWING =
      Map.of(
          "passgate.clusters." + NOBODY,
          List.of("passgate.routing"),
          "passgate.issuers." + NOBODY,
          List.of("passgate.routing", "passgate.impersonation"),
          "passgate.authentication",
          List.of("passgate.authentication.sources"),
          "passgate.tls",
          List.of("passgate.authentication.sources"),
          "server.ssl",
          List.of("passgate.authentication.sources"),
          "server.ssl.key-store",
          List.of("server.ssl.bundle"),
          "management.server.ssl.key-store",
          List.of("management.server.ssl.bundle"),
          "spring.cloud.gateway",
          List.of("passgate.issuers"));

  private final Set<ConfigurationPropertyName> parts = new LinkedHashSet<>();
  private final Map<String, Object> standIns = new LinkedHashMap<>();
  private boolean unwatched;

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
      standIns.put(issuer.append("audiences").toString(), "check");
      return parts.addAll(List.of(issuer, key));
    }
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
      standIns.put(setting.toString(), address.formatted(name));
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
    if (unwatched && (key == null ? Mistakes.isOfAFileAtMost(failure) : isOf(BUNDLE, key))) {
      return true;
    }
    return key != null
        && (parts.stream().anyMatch(part -> isIn(part, key) || isIn(key, part))
            || FOLLOWING.entrySet().stream()
                .anyMatch(entry -> isOneIn(entry.getKey()) && isInOne(entry.getValue(), key)));
  }

  private boolean isOneIn(String whole) {
    ConfigurationPropertyName name = ConfigurationPropertyName.of(whole);
    return parts.stream().anyMatch(part -> isIn(name, part));
  }

  private static boolean isInOne(List<String> wholes, ConfigurationPropertyName name) {
    return wholes.stream().anyMatch(each -> isIn(ConfigurationPropertyName.of(each), name));
  }

  private static @Nullable ConfigurationPropertyName key(RuntimeException failure) {
    String key = Mistakes.key(failure);
    return key != null && ConfigurationPropertyName.isValid(key)
        ? ConfigurationPropertyName.of(key)
        : null;
  }

  private static boolean isIn(ConfigurationPropertyName whole, ConfigurationPropertyName name) {
    return whole.equals(name) || whole.isAncestorOf(name);
  }

  /** Takes it out of what the configuration is read from. */
  void removeFrom(ConfigurableEnvironment environment) {
    MutablePropertySources sources = environment.getPropertySources();
    for (PropertySource<?> source : sources.stream().toList()) {
      if (source instanceof EnumerablePropertySource<?> all) {
        sources.replace(all.getName(), rest(all));
      }
    }
    sources.addFirst(new MapPropertySource("stand-ins", standIns));
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

  private boolean isLeftOut(ConfigurationPropertyName name) {
    if (unwatched && BUNDLES.isAncestorOf(name) && isOf(WATCHED, name)) {
      return true;
    }
    return parts.stream().anyMatch(part -> isIn(part, name) && !isKept(part, name));
  }

  private static boolean isKept(ConfigurationPropertyName part, ConfigurationPropertyName name) {
    return !part.isEmpty()
        && KEPT.getOrDefault(part.getParent(), List.of()).stream()
            .anyMatch(setting -> isIn(part.append(setting), name));
  }
}
