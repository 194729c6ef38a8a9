package dev.passgate.setting;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Makes a wrong setting the whole message of a failed start. */
@Order(Ordered.HIGHEST_PRECEDENCE)
final class InvalidSettingAnalyzer extends AbstractFailureAnalyzer<InvalidSetting> {

  @Override
  protected FailureAnalysis analyze(Throwable failure, InvalidSetting cause) {
    return new FailureAnalysis(cause.getMessage(), "Correct the setting and start again.", cause);
  }
}
