package dev.passgate.setting;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.convert.ConversionFailedException;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.PlaceholderResolutionException;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Turns what a start or a reload fails of into lines for the operator: the key, the value unless it
 * is a secret, what was expected, and where it stands. No line names a class.
 */
public final class Mistakes {

  private static final int MAX_CAUSES = 50;

  /** Keys of ports, and what is at them. */
  private static final List<String> PORTS =
      List.of("server.port", "management.server.port", "passgate.tls.port");

  /** Text that may be in base64: longer, and of more kinds of letters, than folders and files. */
  private static final Pattern BASE64 =
      Pattern.compile(
          "(?<![A-Za-z0-9+=])(?=[A-Z0-9+=]*[a-z])(?=[a-z0-9+=]*[A-Z])(?=[A-Za-z+=]*[0-9])"
              + "[A-Za-z0-9+=]{20}");

  /** Spring Boot's, which it shows to itself alone; its message has what is no file, whole. */
  private static final String NOT_WATCHABLE =
      "org.springframework.boot.autoconfigure.ssl.BundleContentNotWatchableException";

  /** Spring Boot's own words where it reads one setting by itself. */
  private static final Pattern CONVERSION = Pattern.compile("Failed to convert to type (\\S+)");

  private Mistakes() {}

  /** What is wrong, a line each and at least one. */
  public static List<String> of(Throwable failure) {
    return of(failure, null);
  }

  /**
   * What is wrong, a line each and at least one.
   *
   * @param environment tells where the settings stand: the file and line; null if it is not known
   */
  public static List<String> of(Throwable failure, @Nullable Environment environment) {
    List<String> known = known(failure, environment);
    if (!known.isEmpty()) {
      return known;
    }
    // The text of a failure that nothing is known of may name classes, and hold a secret.
    return List.of("the configuration cannot be used, for a reason that only a start tells");
  }

  /** What is wrong, a line each; empty where the failure is of another kind. */
  static List<String> known(Throwable failure, @Nullable Environment environment) {
    List<Throwable> causes = causes(failure);
    List<String> found = new ArrayList<>();
    for (Throwable cause : causes) {
      switch (cause) {
        case InvalidSettings several ->
            several.settings().forEach(each -> found.add(told(each, environment)));
        case InvalidSetting setting -> found.add(told(setting, environment));
        case UnreadableYaml yaml -> found.add(Objects.requireNonNull(yaml.getMessage()));
        case BindValidationException validation -> found.addAll(told(validation, environment));
        default -> {}
      }
      if (!found.isEmpty()) {
        return found;
      }
    }
    for (Throwable cause : causes.reversed()) {
      String line = told(cause, environment);
      if (line != null) {
        return List.of(line);
      }
    }
    // Last, as others know the key too that a file is named by.
    return causes.stream()
        .filter(Mistakes::isOfAFile)
        .map(cause -> "a file cannot be read: " + reason(cause))
        .limit(1)
        .toList();
  }

  private static boolean isOfAFile(Throwable cause) {
    return cause instanceof FileNotFoundException
        || cause instanceof FileSystemException
        // Spring Boot's, where it is to watch a file that is not there.
        || (cause.getClass() == IOException.class
            && String.valueOf(cause.getMessage()).endsWith("is neither a file nor a directory"));
  }

  /** Whether of a failure no more is known than, at most, that a file cannot be read or watched. */
  public static boolean isOfAFileAtMost(RuntimeException failure) {
    return known(failure, null).isEmpty()
        || causes(failure).stream()
            .anyMatch(
                cause -> isOfAFile(cause) || cause.getClass().getName().equals(NOT_WATCHABLE));
  }

  /** Why something could not be read, in a few words without a class. */
  public static String reason(Throwable failure) {
    Throwable cause = causes(failure).getLast();
    String message = cause.getMessage() == null ? "it cannot be read" : line(cause.getMessage());
    if (mayHoldAKey(message)) {
      return "its name is not shown, as it may be a key that is no whole PEM";
    }
    return switch (cause) {
      case NoSuchFileException _ -> "there is no file " + message;
      case AccessDeniedException _ -> "no permission to read " + message;
      default -> message;
    };
  }

  /** Where a key is expected, text that has no header of PEM's is taken for the name of a file. */
  private static boolean mayHoldAKey(String message) {
    return message.contains("PRIVATE") || BASE64.matcher(message).find();
  }

  /** What is wrong with a file that is no YAML, without words of the file. */
  public static String problem(MarkedYAMLException failure) {
    return UnreadableYaml.problem(failure);
  }

  /** The key that a failure is about; null where that is not known, or there are several. */
  public static @Nullable String key(Throwable failure) {
    List<Throwable> causes = causes(failure);
    for (Throwable cause : causes) {
      if (cause instanceof InvalidSetting setting) {
        return setting.key();
      }
    }
    for (Throwable cause : causes.reversed()) {
      if (cause instanceof BindException bind) {
        return bind.getName().toString();
      }
      if (cause instanceof InvalidConfigurationPropertyValueException value) {
        return value.getName();
      }
    }
    return null;
  }

  /** From the failure to what caused it, with what was noted on the way. */
  private static List<Throwable> causes(Throwable failure) {
    Set<Throwable> causes = new LinkedHashSet<>();
    for (Throwable cause = failure;
        cause != null && causes.size() < MAX_CAUSES && causes.add(cause);
        cause = cause.getCause()) {
      for (Throwable noted : cause.getSuppressed()) {
        if (noted instanceof UnreadableYaml) {
          causes.add(noted);
        }
      }
    }
    return List.copyOf(causes);
  }

  private static @Nullable String told(Throwable cause, @Nullable Environment environment) {
    return switch (cause) {
      case MarkedYAMLException yaml -> UnreadableYaml.of("a YAML file", yaml).getMessage();
      case YAMLException yaml -> "a YAML file is wrong: " + line(String.valueOf(yaml.getMessage()));
      case ConfigDataNotFoundException missing ->
          "there is no "
              + missing.getReferenceDescription()
              + ", expected a file or folder, or optional: before its name";
      // Its message has the whole value, which may be a secret beside the placeholder.
      case PlaceholderResolutionException placeholder ->
          "a placeholder is not set: ${" + placeholder.getPlaceholder() + "}";
      case PortInUseException port -> told(port, environment);
      case NoSuchSslBundleException bundle ->
          "an SSL bundle is '"
              + bundle.getBundleName()
              + "', expected the name of one under spring.ssl.bundle";
      case InvalidConfigurationPropertyValueException value ->
          told(
              value.getName(),
              value.getValue(),
              expected(value, line(String.valueOf(value.getReason()))),
              environment);
      case UnboundConfigurationPropertiesException unbound -> {
        String key = unbound.getUnboundProperties().iterator().next().getName().toString();
        yield told(key, "***", "an element of a list whose numbers have no gap", environment);
      }
      case BindException bind -> told(bind, environment);
      case RuntimeException watched when watched.getClass().getName().equals(NOT_WATCHABLE) ->
          "an SSL bundle has reload-on-update and a key or certificate that is in no file,"
              + " expected file: for all of it";
      default -> null;
    };
  }

  private static String told(BindException bind, @Nullable Environment environment) {
    ConfigurationProperty property = bind.getProperty();
    String key = (property == null ? bind.getName() : property.getName()).toString();
    return property == null
        ? told(key, "***", "settings of another form", environment)
        : told(key, property.getValue(), expected(bind), environment);
  }

  /** What would have been right for a setting that cannot be read, to be read after "expected". */
  public static String expected(BindException bind) {
    return expected(bind, Expectation.of(bind.getTarget().getType().resolve(Object.class)));
  }

  /**
   * What the type that a value could not be converted to takes; what is said where there is none.
   */
  private static String expected(Throwable failure, String otherwise) {
    for (Throwable cause : causes(failure)) {
      if (cause instanceof ConversionFailedException conversion) {
        return Expectation.of(conversion.getTargetType().getType());
      }
    }
    Matcher type = CONVERSION.matcher(otherwise);
    return type.matches() ? Expectation.of(type(type.group(1))) : otherwise;
  }

  private static Class<?> type(String name) {
    return ClassUtils.isPresent(name, null)
        ? ClassUtils.resolveClassName(name, null)
        : Object.class;
  }

  private static String told(PortInUseException taken, @Nullable Environment environment) {
    String port = Integer.toString(taken.getPort());
    for (String key : PORTS) {
      if (environment != null && port.equals(environment.getProperty(key))) {
        return told(key, port, "a port that no other program listens on", environment);
      }
    }
    return "a port is '" + port + "', expected one that no other program listens on";
  }

  private static List<String> told(
      BindValidationException validation, @Nullable Environment environment) {
    List<String> lines = new ArrayList<>();
    String prefix = validation.getValidationErrors().getName().toString();
    for (ObjectError error : validation.getValidationErrors().getAllErrors()) {
      String message = line(String.valueOf(error.getDefaultMessage()));
      if (error instanceof FieldError field) {
        lines.add(
            told(
                prefix + "." + field.getField(),
                field.getRejectedValue(),
                "another value: it " + message,
                environment));
      } else {
        lines.add(told(prefix, "***", "other settings: " + message, environment));
      }
    }
    return lines;
  }

  private static String told(
      String key, @Nullable Object value, String expected, @Nullable Environment environment) {
    Object shown = value == null || !Expectation.isSecret(key) ? value : "***";
    return told(new InvalidSetting(key, shown, expected), environment);
  }

  private static String told(InvalidSetting setting, @Nullable Environment environment) {
    String message = line(Objects.requireNonNull(setting.getMessage()));
    String place = environment == null ? null : SettingPlace.of(setting.key(), environment);
    return place == null ? message : message + " (" + place + ")";
  }

  private static String line(String message) {
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
