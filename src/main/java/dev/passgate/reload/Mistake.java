package dev.passgate.reload;

import dev.passgate.setting.InvalidSetting;
import dev.passgate.setting.InvalidSettings;
import dev.passgate.setting.Mistakes;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;

/** Makes of an exception what an operator reads, which quotes no secret. */
final class Mistake {

  private Mistake() {}

  static List<String> of(Throwable failure) {
    BindException bind = null;
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidSettings several) {
        return several.settings().stream().map(one -> String.valueOf(one.getMessage())).toList();
      }
      if (cause instanceof InvalidSetting setting) {
        return List.of(String.valueOf(setting.getMessage()));
      }
      if (cause instanceof ConfigDataNotFoundException missing) {
        return List.of(String.valueOf(missing.getMessage()));
      }
      if (cause instanceof BindException one) {
        bind = one;
      }
    }
    if (bind != null) {
      InvalidSetting told =
          new InvalidSetting(bind.getName().toString(), "***", Mistakes.expected(bind));
      return List.of(String.valueOf(told.getMessage()));
    }
    return List.of("the configuration cannot be used (" + failure.getClass().getSimpleName() + ")");
  }
}
