package dev.passgate.reload;

import dev.passgate.setting.InvalidSetting;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;

/** Makes of an exception what an operator reads, which quotes no secret. */
final class Mistake {

  private Mistake() {}

  static String of(Throwable failure) {
    BindException bind = null;
    for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InvalidSetting setting) {
        return String.valueOf(setting.getMessage());
      }
      if (cause instanceof ConfigDataNotFoundException missing) {
        return String.valueOf(missing.getMessage());
      }
      if (cause instanceof BindException one) {
        bind = one;
      }
    }
    if (bind != null) {
      return bind.getName() + " cannot be read as " + bind.getTarget().getType();
    }
    return "the configuration cannot be used (" + failure.getClass().getSimpleName() + ")";
  }
}
