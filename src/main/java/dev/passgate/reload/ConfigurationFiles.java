package dev.passgate.reload;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.bootstrap.DefaultBootstrapContext;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.env.ConfigTreePropertySource;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.OriginTrackedResource;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;

/** The configuration files of an environment, as Spring Boot finds and reads them. */
final class ConfigurationFiles {

  /** The source that is put before those of the environment. */
  private static final String PROFILES = "passgateRunningProfiles";

  private ConfigurationFiles() {}

  /**
   * Reads the files anew, with the command line, the variables and the profiles of an environment.
   * Blocks.
   *
   * @throws RuntimeException if Spring Boot refuses them; its text may quote what they hold
   */
  static ConfigurableEnvironment readAgain(ConfigurableEnvironment running) {
    String[] profiles = running.getActiveProfiles();
    StandardEnvironment fresh = new StandardEnvironment();
    MutablePropertySources sources = fresh.getPropertySources();
    sources.stream().map(PropertySource::getName).toList().forEach(sources::remove);
    // First, so that files cannot change the profiles: another one counts from the next start.
    sources.addFirst(
        new MapPropertySource(
            PROFILES, Map.of("spring.profiles.active", String.join(",", profiles))));
    for (PropertySource<?> source : running.getPropertySources()) {
      if (!isFile(source)
          && !ConfigurationPropertySources.isAttachedConfigurationPropertySource(source)) {
        sources.addLast(source);
      }
    }
    ConfigurationPropertySources.attach(fresh);
    ConfigDataEnvironmentPostProcessor.applyTo(
        fresh, new DefaultResourceLoader(), new DefaultBootstrapContext(), profiles);
    return fresh;
  }

  private static boolean isFile(PropertySource<?> source) {
    return source instanceof OriginTrackedMapPropertySource
        || source instanceof ConfigTreePropertySource;
  }

  /** The files on disk that an environment has settings of. */
  static Set<Path> paths(ConfigurableEnvironment environment) {
    Set<Path> paths = new TreeSet<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (isFile(source) && source instanceof EnumerablePropertySource<?> all) {
        for (String name : all.getPropertyNames()) {
          Path path = path(OriginLookup.getOrigin(source, name));
          if (path != null) {
            paths.add(path);
          }
        }
      }
    }
    return paths;
  }

  private static @Nullable Path path(@Nullable Origin origin) {
    if (!(origin instanceof TextResourceOrigin text)) {
      return null;
    }
    Resource resource = text.getResource();
    if (resource instanceof OriginTrackedResource tracked) {
      resource = tracked.getResource();
    }
    if (resource == null || resource instanceof ClassPathResource || !resource.isFile()) {
      return null;
    }
    try {
      return resource.getFile().toPath().toAbsolutePath().normalize();
    } catch (IOException _) {
      return null;
    }
  }

  /**
   * What the files say, by the key, however that is written, without what is said elsewhere and
   * counts before it. Holds secrets.
   */
  static Map<ConfigurationPropertyName, Object> values(ConfigurableEnvironment environment) {
    Map<ConfigurationPropertyName, Object> values = new HashMap<>();
    List<ConfigurationPropertySource> before = new ArrayList<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (isFile(source) && source instanceof EnumerablePropertySource<?> all) {
        for (String name : all.getPropertyNames()) {
          ConfigurationPropertyName key = ConfigurationPropertyName.adapt(name, '.');
          Object value = all.getProperty(name);
          if (before.stream().allMatch(other -> other.getConfigurationProperty(key) == null)) {
            values.putIfAbsent(key, value == null ? "" : value.toString());
          }
        }
      } else if (!source.getName().equals(PROFILES)) {
        ConfigurationPropertySource other = ConfigurationPropertySource.from(source);
        if (other != null) {
          before.add(other);
        }
      }
    }
    return values;
  }

  /**
   * The keys that have another value, or are in only one of two.
   *
   * @param reloaded what the keys begin with that are left out
   */
  static List<String> differences(
      Map<ConfigurationPropertyName, Object> one,
      Map<ConfigurationPropertyName, Object> other,
      List<ConfigurationPropertyName> reloaded) {
    // By hash, as the order tells spellings of the same key apart.
    Set<ConfigurationPropertyName> keys = new HashSet<>(one.keySet());
    keys.addAll(other.keySet());
    return keys.stream()
        .filter(key -> !Objects.equals(one.get(key), other.get(key)))
        .filter(key -> reloaded.stream().noneMatch(root -> root.isAncestorOf(key)))
        .map(ConfigurationPropertyName::toString)
        .sorted()
        .toList();
  }
}
