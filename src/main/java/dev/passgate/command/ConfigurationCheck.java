package dev.passgate.command;

import dev.passgate.setting.Mistakes;
import dev.passgate.setting.UnknownSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.LoggingSystemProperty;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Makes the application that would serve, bean by bean, and tells what fails of it. Nothing of it
 * is started: no listener, no fetch, no probe, no connection to a directory or to Redis.
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

  private final Class<?> application;

  ConfigurationCheck(Class<?> application) {
    this.application = application;
  }

  /** All mistakes, a line each. Blocks. */
  List<String> mistakes(List<String> settings) {
    Application check = new Application(application);
    LoggingSystem logging = LoggingSystem.get(application.getClassLoader());
    try {
      check.run(settings.toArray(String[]::new));
      throw new IllegalStateException("a check has no end but its own");
    } catch (SpringApplication.AbandonedRunException _) {
      return List.copyOf(check.mistakes);
    } catch (RuntimeException e) {
      return Mistakes.of(e);
    } finally {
      // Left behind by Spring Boot, as if every application of this JVM were to say nothing.
      System.clearProperty(LoggingSystemProperty.CONSOLE_THRESHOLD.getEnvironmentVariableName());
      logging.cleanUp();
      logging.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.INFO);
    }
  }

  /** Ends its run where others begin to start things. */
  private static final class Application extends SpringApplication {

    private final Set<String> mistakes = new LinkedHashSet<>();

    Application(Class<?> source) {
      super(source);
      setWebApplicationType(WebApplicationType.REACTIVE);
      setRegisterShutdownHook(false);
      setApplicationContextFactory(_ -> new CheckedContext());
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
      List<RuntimeException> failures = new ArrayList<>();
      attempt(() -> UnknownSettings.refuse(context.getEnvironment()), failures);
      attempt(() -> super.refresh(context), failures);
      if (context instanceof CheckedContext checked) {
        failures.addAll(checked.failures());
        if (checked.isActive()) {
          for (String listener : LISTENERS) {
            // Bundles are read with the first who wants one, and then fail for each.
            attempt(
                () ->
                    ListenerCertificates.check(
                        listener, checked.getEnvironment(), checked.getBean(SslBundles.class)),
                failures);
          }
        }
      }
      for (RuntimeException failure : failures) {
        mistakes.addAll(Mistakes.of(failure, context.getEnvironment()));
      }
      context.close();
      throw new AbandonedRunException(context);
    }

    private static void attempt(Runnable step, List<RuntimeException> failures) {
      try {
        step.run();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
  }
}
