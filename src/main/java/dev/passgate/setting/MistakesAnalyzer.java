package dev.passgate.setting;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/** Makes wrong settings the whole message of a failed start. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class MistakesAnalyzer implements FailureAnalyzer {

  private final @Nullable Environment environment;

  /**
   * @param environment where settings come from; null where the start failed before there was one
   */
  MistakesAnalyzer(@Nullable Environment environment) {
    this.environment = environment;
  }

  @Override
  public @Nullable FailureAnalysis analyze(Throwable failure) {
    List<String> mistakes = Mistakes.known(failure, environment);
    return mistakes.isEmpty()
        ? null
        : new FailureAnalysis(
            String.join("\n", mistakes),
            "Correct the configuration and start again. check-config shows all mistakes at once.",
            failure);
  }
}
