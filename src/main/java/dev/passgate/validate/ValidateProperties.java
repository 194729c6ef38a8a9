package dev.passgate.validate;

import dev.passgate.setting.InvalidSetting;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What other proxies are told of who sent a request.
 *
 * @param headers what they are told beside the user
 */
@ConfigurationProperties("passgate.validate")
record ValidateProperties(@DefaultValue Headers headers) {

  /**
   * The names of headers; what has none is not told.
   *
   * @param issuer the name of a header for the configured name of the issuer; not told if absent
   * @param subject the name of a header for the subject that the credential names; not told if
   *     absent
   * @param groups the name of a header for the groups, separated by commas; not told if absent
   * @param originalUser the name of a header for the user that the credential stands for, where it
   *     acts as another; not told if absent
   */
  record Headers(
      @Nullable String issuer,
      @Nullable String subject,
      @Nullable String groups,
      @Nullable String originalUser) {

    /** RFC 9110, section 5.6.2, without what is no part of any header in use. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9-]{0,63}");

    /** What has a meaning of its own in answers, or would be taken for the user. */
    private static final Set<String> TAKEN =
        Set.of(
            "x-trino-user",
            "authorization",
            "cache-control",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "date",
            "host",
            "keep-alive",
            "location",
            "proxy-authenticate",
            "proxy-connection",
            "retry-after",
            "set-cookie",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "vary",
            "www-authenticate");

    Headers {
      Set<String> names = new HashSet<>(TAKEN);
      check("issuer", issuer, names);
      check("subject", subject, names);
      check("groups", groups, names);
      check("original-user", originalUser, names);
    }

    private static void check(String key, @Nullable String name, Set<String> taken) {
      if (name != null
          && (!NAME.matcher(name).matches() || !taken.add(name.toLowerCase(Locale.ROOT)))) {
        throw new InvalidSetting(
            "passgate.validate.headers." + key,
            name,
            "the name of a header of letters, digits and -, which has no other meaning and is not"
                + " used twice");
      }
    }
  }
}
