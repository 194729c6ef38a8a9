package dev.passgate.testing.trino;

import dev.passgate.testing.Console;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How a Trino is run. */
public enum TrinoMode {
  /** As a child process, from the distribution in Maven Central. */
  PROCESS,
  /** In a container of the image trinodb/trino. */
  CONTAINER,
  /** In a container where an engine is at hand and the image can be had, else as a process. */
  AUTO;

  /** {@code process}, {@code container} or {@code auto}. */
  public static final String PROPERTY = "passgate.test.trino";

  private static final Duration CONTAINER_LIMIT = Duration.ofMinutes(2);

  /** What the system property says, or a default. */
  public static TrinoMode configured(TrinoMode otherwise) {
    String value = System.getProperty(PROPERTY, "");
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      return valueOf(value.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          PROPERTY + "=" + value + ": expected process, container or auto", e);
    }
  }

  /** Whether an engine is at hand that has the image of Trino. */
  public static boolean isContainerAvailable() {
    return ContainerTrino.isAvailable();
  }

  public TrinoInstance start(TrinoSetup setup) {
    return switch (this) {
      case PROCESS -> TrinoServer.start(setup);
      case CONTAINER -> ContainerTrino.start(setup);
      case AUTO -> startWhereItFits(setup);
    };
  }

  private static TrinoInstance startWhereItFits(TrinoSetup setup) {
    if (!ContainerTrino.isAvailable()) {
      return TrinoServer.start(setup);
    }
    CompletableFuture<ContainerTrino> container =
        CompletableFuture.supplyAsync(() -> ContainerTrino.start(setup));
    try {
      return container.get(CONTAINER_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      Console.say("No container of Trino, so a process instead: " + rootCause(e));
      var _ = container.thenAccept(ContainerTrino::close);
      return TrinoServer.start(setup);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Trino starts", e);
    }
  }

  private static String rootCause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.toString().lines().findFirst().orElse("");
  }
}
