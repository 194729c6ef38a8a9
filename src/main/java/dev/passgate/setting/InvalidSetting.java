package dev.passgate.setting;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A setting that stops the start. The message names the key, the value and what was expected. */
public final class InvalidSetting extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  /** To the last @: what a password has of / and @ is often not encoded. */
  private static final Pattern USER_INFORMATION = Pattern.compile("://\\S*@");

  private final String key;

  /**
   * @param key the whole key, such as {@code passgate.tls.port}
   * @param value what was given, null where nothing was; never a secret
   * @param expected what would be right, to be read after "expected"
   */
  public InvalidSetting(String key, @Nullable Object value, String expected) {
    super(key + given(value) + ", expected " + expected);
    this.key = key;
  }

  /** The whole key, or another name of the place where there is none. */
  public String key() {
    return key;
  }

  /** People put passwords into URLs: those are not repeated. */
  private static String given(@Nullable Object value) {
    return value == null
        ? " is not set"
        : " is '" + USER_INFORMATION.matcher(value.toString()).replaceAll("://***@") + "'";
  }
}
