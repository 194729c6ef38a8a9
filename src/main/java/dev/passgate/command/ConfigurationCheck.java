package dev.passgate.command;

import dev.passgate.setting.Mistakes;
import dev.passgate.setting.UnknownSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.logging.LoggingApplicationListener;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Makes the application that would serve, bean by bean, and tells what fails of it; then again
 * without the settings that were wrong, as long as there is more. Nothing of it is started: no
 * listener, no fetch, no probe, no connection to a directory or to Redis.
 */
final class ConfigurationCheck {

  private static final List<String> LISTENERS = List.of("server", "management.server");

  /** A check says what it has to say by itself, and writes no file. */
  private static final Map<String, Object> QUIET =
      Map.of(
          "logging.threshold.console", "OFF",
          "logging.file.name", "",
          "logging.file.path", "",
          "logging.config", "");

  /** Each of them leaves out one more part of the settings at least. */
  private static final int MAX_ROUNDS = 100;

  private final Class<?> application;

  ConfigurationCheck(Class<?> application) {
    this.application = application;
  }

  /** All mistakes, a line each. Blocks. */
  List<String> mistakes(List<String> settings) {
    Mistaken mistaken = new Mistaken();
    for (int round = 0; round < MAX_ROUNDS && look(settings, mistaken); round++) {}
    return List.copyOf(mistaken.lines);
  }

  /** Looks once, and tells whether another look may find more. */
  private boolean look(List<String> settings, Mistaken mistaken) {
    Application check = new Application(application, mistaken);
    LoggingSystem logging = LoggingSystem.get(application.getClassLoader());
    try {
      check.run(settings.toArray(String[]::new));
      throw new IllegalStateException("a check has no end but its own");
    } catch (SpringApplication.AbandonedRunException _) {
      boolean more = mistaken.add(check.failures);
      return (check.lacksBundlesOfFiles() && mistaken.setAside.unwatch()) || more;
    } catch (RuntimeException e) {
      return mistaken.add(List.of(e));
    } finally {
      // Left behind by Spring Boot, as if every application of this JVM were to say nothing.
      System.clearProperty(LoggingSystemProperty.CONSOLE_THRESHOLD.getEnvironmentVariableName());
      logging.cleanUp();
      logging.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
    }
  }

  /** What is known to be wrong. */
  private static final class Mistaken {

    private final Set<String> lines = new LinkedHashSet<>();
    private final SetAside setAside = new SetAside();

    /** The first, without anything left out: it tells where settings stand. */
    private @Nullable ConfigurableEnvironment environment;

    /** Notes failures, and tells whether there is more to leave out than there was. */
    boolean add(List<RuntimeException> failures) {
      failures.stream()
          .filter(failure -> !setAside.explains(failure))
          .flatMap(failure -> Mistakes.of(failure, environment).stream())
          .forEach(lines::add);
      // Without it, no file could be read.
      return environment != null && setAside.add(failures);
    }

    void read(ConfigurableEnvironment read) {
      if (environment == null) {
        environment = read;
      } else {
        setAside.removeFrom(read);
      }
    }
  }

  /** Ends its run where others begin to start things. */
  private static final class Application extends SpringApplication {

    private final Mistaken mistaken;
    private final List<RuntimeException> failures = new ArrayList<>();
    private boolean hasBundles;

    Application(Class<?> source, Mistaken mistaken) {
      super(source);
      this.mistaken = mistaken;
      setWebApplicationType(WebApplicationType.REACTIVE);
      setRegisterShutdownHook(false);
      setApplicationContextFactory(_ -> new CheckedContext());
      addListeners(new SettingsRead(mistaken));
      // A failure before there are beans is told once, by the check.
      addListeners((ApplicationListener<ApplicationFailedEvent>) _ -> silence());
    }

    private void silence() {
      LoggingSystem.get(getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.OFF);
    }

    @Override
    protected void configurePropertySources(ConfigurableEnvironment environment, String[] args) {
      super.configurePropertySources(environment, args);
      environment.getPropertySources().addFirst(new MapPropertySource("check", QUIET));
    }

    @Override
    protected void refresh(ConfigurableApplicationContext context) {
      attempt(() -> UnknownSettings.refuse(Objects.requireNonNull(mistaken.environment)));
      attempt(() -> super.refresh(context));
      if (context instanceof CheckedContext checked) {
        failures.addAll(checked.failures());
        hasBundles = !checked.isActive();
        if (checked.isActive()) {
          attempt(() -> check(checked, checked.getBean(SslBundles.class)));
        }
      }
      context.close();
      throw new AbandonedRunException(context);
    }

    private boolean lacksBundlesOfFiles() {
      return !hasBundles && failures.stream().anyMatch(Mistakes::isOfAFileAtMost);
    }

    private void check(CheckedContext context, SslBundles bundles) {
      hasBundles = true;
      for (String listener : LISTENERS) {
        attempt(() -> ListenerCertificates.check(listener, context.getEnvironment(), bundles));
      }
    }

    private void attempt(Runnable step) {
      try {
        step.run();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
  }

  /** Comes after all files are read, and before anything reads a setting of them. */
  private record SettingsRead(Mistaken mistaken)
      implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
      mistaken.read(event.getEnvironment());
    }

    @Override
    public int getOrder() {
      return LoggingApplicationListener.DEFAULT_ORDER - 1;
    }
  }
}
