package dev.passgate.setting;

import org.jspecify.annotations.Nullable;

/** A setting that stops the start. The message names the key, the value and what was expected. */
public final class InvalidSetting extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /**
   * @param key the whole key, such as {@code passgate.tls.port}
   * @param value what was given, null where nothing was; never a secret
   * @param expected what would be right, to be read after "expected"
   */
  public InvalidSetting(String key, @Nullable Object value, String expected) {
    super(key + (value == null ? " is not set" : " is '" + value + "'") + ", expected " + expected);
  }
}
