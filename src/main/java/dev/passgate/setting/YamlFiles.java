package dev.passgate.setting;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplicationRunListener;
import org.springframework.boot.bootstrap.ConfigurableBootstrapContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * Finds out which file it is that is no YAML: Spring Boot's failure says the line and not the file.
 * Looks for it only after that failure, in the places that Spring Boot reads.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class YamlFiles implements SpringApplicationRunListener {

  private static final String USUAL = "file:./,file:./config/,file:./config/*/";

  private @Nullable Environment environment;

  @Override
  public void environmentPrepared(
      ConfigurableBootstrapContext bootstrapContext, ConfigurableEnvironment prepared) {
    environment = prepared;
  }

  /** Adds what is found to the failure, for {@link Mistakes}. */
  @Override
  public void failed(@Nullable ConfigurableApplicationContext context, Throwable failure) {
    int depth = 0;
    for (Throwable cause = failure; cause != null && depth < 50; cause = cause.getCause()) {
      if (cause instanceof MarkedYAMLException yaml && environment != null) {
        String file = find(yaml, environment);
        if (file != null) {
          failure.addSuppressed(UnreadableYaml.of(file, yaml));
        }
        return;
      }
      depth++;
    }
  }

  private static @Nullable String find(MarkedYAMLException failure, Environment environment) {
    String name = environment.getProperty("spring.config.name", "application");
    for (Resource file : files(environment, name)) {
      if (isSame(failure, file)) {
        return SettingPlace.file(file);
      }
    }
    return null;
  }

  private static List<Resource> files(Environment environment, String name) {
    String places =
        environment.getProperty("spring.config.location", USUAL)
            + ","
            + environment.getProperty("spring.config.additional-location", "")
            + ","
            + environment.getProperty("spring.config.import", "");
    PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
    List<Resource> files = new ArrayList<>();
    for (String place : places.split("[,;]", -1)) {
      String location = place.strip().replaceFirst("^optional:", "").replaceFirst("\\[.*]$", "");
      if (location.isEmpty()) {
        continue;
      }
      String path = location.contains(":") ? location : "file:" + location;
      try {
        files.addAll(
            List.of(resolver.getResources(path.endsWith("/") ? path + name + "*.y*ml" : path)));
      } catch (IOException _) {
        // A folder that is not there has no file that is wrong.
      }
    }
    return files;
  }

  /** Whether a file is wrong at the same place, for the same reason. */
  private static boolean isSame(MarkedYAMLException failure, Resource file) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try (InputStream in = file.getInputStream();
        InputStreamReader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      for (Object _ : new Yaml(new SafeConstructor(options)).loadAll(reader)) {
        // It is read as far as it can be.
      }
      return false;
    } catch (MarkedYAMLException e) {
      return Objects.equals(e.getProblem(), failure.getProblem())
          && place(e.getProblemMark()).equals(place(failure.getProblemMark()));
    } catch (IOException | RuntimeException _) {
      return false;
    }
  }

  private static String place(@Nullable Mark mark) {
    return mark == null ? "" : mark.getLine() + ":" + mark.getColumn();
  }
}
