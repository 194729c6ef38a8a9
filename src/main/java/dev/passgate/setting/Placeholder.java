package dev.passgate.setting;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What Spring leaves of <code>${NAME}</code> where nothing has a value for it: the text itself.
 * Most settings refuse such a text; one that may be any text would be a secret that everybody
 * knows.
 */
public final class Placeholder {

  private static final Pattern WHOLE = Pattern.compile("\\s*\\$\\{.*}\\s*", Pattern.DOTALL);

  private Placeholder() {}

  /**
   * Checks a secret, and does not repeat it.
   *
   * @param key the whole key
   * @throws InvalidSetting if it is a placeholder and nothing else
   */
  public static void refuse(String key, @Nullable String secret) {
    if (secret != null && WHOLE.matcher(secret).matches()) {
      throw new InvalidSetting(
          key,
          "***",
          "a value: it is a placeholder ${...} that is not set, neither in the environment nor as"
              + " another property");
    }
  }
}
