package dev.passgate.setting;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;

/** Where a setting stands that somebody is to correct. */
final class SettingPlace {

  private SettingPlace() {}

  /**
   * Finds the place.
   *
   * @param key a key, or another name
   * @return such as {@code config/application.yml, line 3}; null where it is not known
   */
  static @Nullable String of(String key, Environment environment) {
    ConfigurationPropertyName name = ConfigurationPropertyName.adapt(key, '.');
    if (name.isEmpty()) {
      return null;
    }
    for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
      ConfigurationProperty property = source.getConfigurationProperty(name);
      if (property == null) {
        property = source.getConfigurationProperty(name.append("[0]"));
      }
      if (property != null) {
        return source.getUnderlyingSource() instanceof CommandLinePropertySource<?>
            ? "on the command line"
            : of(property.getOrigin());
      }
    }
    return null;
  }

  private static @Nullable String of(@Nullable Origin origin) {
    return switch (origin) {
      case PropertySourceOrigin of when of.getOrigin() != null -> of(of.getOrigin());
      case TextResourceOrigin text when text.getResource() != null -> {
        String file = file(text.getResource());
        yield file == null || text.getLocation() == null
            ? file
            : file + ", line " + (text.getLocation().getLine() + 1);
      }
      case SystemEnvironmentOrigin variable -> "in the environment, " + variable.getProperty();
      case null, default -> null;
    };
  }

  /** The path of a file; null for what is in the jar. */
  static @Nullable String file(Resource resource) {
    try {
      return resource.isFile() ? resource.getFile().toPath().normalize().toString() : null;
    } catch (IOException _) {
      return null;
    }
  }
}
