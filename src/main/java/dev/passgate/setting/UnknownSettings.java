package dev.passgate.setting;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Stops the start, and a reload, at keys that nobody reads. A misspelt {@code user.pattern} would
 * otherwise be no pattern, and let in everybody.
 *
 * <p>Looked at are files and the command line. Not the environment: Kubernetes puts {@code
 * PASSGATE_PORT} and the like into it for a service of this name.
 */
public final class UnknownSettings {

  /** The bean that stops the start, for those who look at the settings without one. */
  public static final String BEAN = "unknownSettings";

  /**
   * Every key there is; {@code *} stands for a name that the operator chooses, {@code #} for the
   * number of one of several.
   */
  static final List<String> KNOWN =
      List.of(
          "passgate.external-url",
          "passgate.trusted-proxies",
          "passgate.service-name",
          "passgate.tls.port",
          "passgate.tls.bundle",
          "passgate.tls.client-auth",
          "passgate.fast-path.enabled",
          "passgate.shutdown.delay",
          "passgate.shutdown.timeout",
          "passgate.sql.request-body",
          "passgate.sql.row",
          "passgate.sql.heartbeat",
          "passgate.sql.retries",
          "passgate.limits.request-body",
          "passgate.limits.request-head-time",
          "passgate.limits.request-body-pause",
          "passgate.limits.request-body-time",
          "passgate.limits.answer-pause",
          "passgate.limits.connections",
          "passgate.limits.connections-per-address",
          "passgate.limits.queries-per-user",
          "passgate.limits.new-queries-per-user.rate",
          "passgate.limits.new-queries-per-user.burst",
          "passgate.limits.token-requests-per-address.rate",
          "passgate.limits.token-requests-per-address.burst",
          "passgate.limits.shared.redis.url",
          "passgate.limits.shared.redis.user",
          "passgate.limits.shared.redis.password",
          "passgate.limits.shared.redis.time-limit",
          "passgate.clusters.*.url",
          "passgate.clusters.*.labels",
          "passgate.clusters.*.weight",
          "passgate.clusters.*.state",
          "passgate.clusters.*.forwarded-headers",
          "passgate.clusters.*.bundle",
          "passgate.clusters.*.trust",
          "passgate.clusters.*.original-user",
          "passgate.clusters.*.allow-plain-http",
          "passgate.clusters.*.basic.user",
          "passgate.clusters.*.basic.password",
          "passgate.clusters.*.basic.password-file",
          "passgate.clusters.*.jwt.issuer",
          "passgate.clusters.*.jwt.audience",
          "passgate.clusters.*.jwt.lifetime",
          "passgate.clusters.*.jwt.principal",
          "passgate.health.enabled",
          "passgate.health.interval",
          "passgate.health.timeout",
          "passgate.health.failures",
          "passgate.health.connection-failures",
          "passgate.routing.rules",
          "passgate.routing.rules.#.name",
          "passgate.routing.rules.#.issuer",
          "passgate.routing.rules.#.user",
          "passgate.routing.rules.#.original-user",
          "passgate.routing.rules.#.groups",
          "passgate.routing.rules.#.claims.*",
          "passgate.routing.rules.#.source",
          "passgate.routing.rules.#.client-tags",
          "passgate.routing.rules.#.catalog",
          "passgate.routing.rules.#.session.*",
          "passgate.routing.rules.#.headers.*",
          "passgate.routing.rules.#.statement",
          "passgate.routing.rules.#.label",
          "passgate.routing.default-label",
          "passgate.routing.unmatched",
          "passgate.routing.balance",
          "passgate.trino-keys.file",
          "passgate.audit.sql",
          "passgate.tracing.endpoint",
          "passgate.tracing.ratio",
          "passgate.tracing.headers.*",
          "passgate.validate.headers.issuer",
          "passgate.validate.headers.subject",
          "passgate.validate.headers.groups",
          "passgate.validate.headers.original-user",
          "passgate.authentication.failure-status",
          "passgate.authentication.sources",
          "passgate.authentication.basic.tokens",
          "passgate.authentication.certificate.user.claims",
          "passgate.authentication.certificate.user.pattern",
          "passgate.authentication.certificate.user.template",
          "passgate.authentication.certificate.user.case",
          "passgate.authentication.certificate.user.prefix",
          "passgate.authentication.certificate.user.rules-file",
          "passgate.authentication.basic.file.path",
          "passgate.authentication.basic.file.user.claims",
          "passgate.authentication.basic.file.user.pattern",
          "passgate.authentication.basic.file.user.template",
          "passgate.authentication.basic.file.user.case",
          "passgate.authentication.basic.file.user.prefix",
          "passgate.authentication.basic.file.user.rules-file",
          "passgate.authentication.basic.ldap.url",
          "passgate.authentication.basic.ldap.start-tls",
          "passgate.authentication.basic.ldap.bundle",
          "passgate.authentication.basic.ldap.bind-patterns",
          "passgate.authentication.basic.ldap.search.base",
          "passgate.authentication.basic.ldap.search.filter",
          "passgate.authentication.basic.ldap.search.bind-dn",
          "passgate.authentication.basic.ldap.search.bind-password",
          "passgate.authentication.basic.ldap.search.bind-password-file",
          "passgate.authentication.basic.ldap.name-attribute",
          "passgate.authentication.basic.ldap.groups.attribute",
          "passgate.authentication.basic.ldap.groups.pattern",
          "passgate.authentication.basic.ldap.connect-timeout",
          "passgate.authentication.basic.ldap.response-timeout",
          "passgate.authentication.basic.ldap.max-connections",
          "passgate.authentication.basic.ldap.user.claims",
          "passgate.authentication.basic.ldap.user.pattern",
          "passgate.authentication.basic.ldap.user.template",
          "passgate.authentication.basic.ldap.user.case",
          "passgate.authentication.basic.ldap.user.prefix",
          "passgate.authentication.basic.ldap.user.rules-file",
          "passgate.authentication.basic.cache.ttl",
          "passgate.authentication.basic.cache.max-entries",
          "passgate.authentication.basic.threads",
          "passgate.authentication.basic.queue",
          "passgate.authentication.basic.tries.per-user",
          "passgate.authentication.basic.tries.per-address",
          "passgate.authentication.basic.tries.per-user-overall",
          "passgate.authentication.basic.tries.window",
          "passgate.authentication.max-token-size",
          "passgate.authentication.token-cache.max-entries",
          "passgate.authentication.expiry-grace",
          "passgate.impersonation.rules",
          "passgate.impersonation.rules.#.issuer",
          "passgate.impersonation.rules.#.user",
          "passgate.impersonation.rules.#.group",
          "passgate.impersonation.rules.#.as",
          "passgate.impersonation.rules.#.allow",
          "passgate.signing-key",
          "passgate.accepted-signing-keys",
          "passgate.signed-uris.segment-age",
          "passgate.issuers.*.issuer-uri",
          "passgate.issuers.*.jwk-set-uri",
          "passgate.issuers.*.token-uri",
          "passgate.issuers.*.audiences",
          "passgate.issuers.*.algorithms",
          "passgate.issuers.*.clock-skew",
          "passgate.issuers.*.user.claims",
          "passgate.issuers.*.user.pattern",
          "passgate.issuers.*.user.template",
          "passgate.issuers.*.user.case",
          "passgate.issuers.*.user.prefix",
          "passgate.issuers.*.user.rules-file",
          "passgate.issuers.*.groups.claims",
          "passgate.issuers.*.trino.roles.mode",
          "passgate.issuers.*.trino.roles.from.*",
          "passgate.issuers.*.trino.client-tags.mode",
          "passgate.issuers.*.trino.client-tags.claims",
          "passgate.issuers.*.trino.client-tags.template",
          "passgate.issuers.*.trino.extra-credentials.mode",
          "passgate.issuers.*.trino.extra-credentials.from.*",
          "passgate.issuers.*.trino.extra-credentials.token",
          "passgate.issuers.*.required-claims.*",
          "passgate.issuers.*.required-scopes",
          "passgate.issuers.*.max-lifetime",
          "passgate.issuers.*.allowed-users",
          "passgate.issuers.*.deny-list",
          "passgate.issuers.*.routes",
          "passgate.issuers.*.introspection.uri",
          "passgate.issuers.*.introspection.client-id",
          "passgate.issuers.*.introspection.client-secret",
          "passgate.issuers.*.introspection.client-secret-file",
          "passgate.issuers.*.introspection.tokens",
          "passgate.issuers.*.introspection.token-prefix",
          "passgate.issuers.*.introspection.cache-ttl",
          "passgate.issuers.*.introspection.timeout",
          "passgate.issuers.*.introspection.max-concurrent",
          "passgate.issuers.*.introspection.require-audience",
          "passgate.issuers.*.token-grants",
          "passgate.issuers.*.keys.refresh-interval",
          "passgate.issuers.*.keys.max-staleness",
          "passgate.issuers.*.keys.min-refetch-interval",
          "passgate.issuers.*.keys.fetch-timeout",
          "passgate.issuers.*.keys.max-waiting");

  private static final ConfigurationPropertyName ROOT = ConfigurationPropertyName.of("passgate");

  /** What Spring Boot reads of a key outside brackets; it leaves out the rest. */
  private static final Pattern BARE = Pattern.compile("([A-Za-z0-9_.-]|\\[[^\\[\\]]*\\])*");

  /** Stands for a value: a misspelt key may be that of a secret. */
  private static final String HIDDEN = "***";

  private UnknownSettings() {}

  /**
   * Looks at the keys of files and of the command line.
   *
   * @throws InvalidSettings if a file or the command line has keys below {@code passgate} that are
   *     not known, all of them
   */
  public static void refuse(ConfigurableEnvironment environment) {
    List<InvalidSetting> mistakes = find(environment);
    if (!mistakes.isEmpty()) {
      throw new InvalidSettings(mistakes);
    }
  }

  private static List<InvalidSetting> find(ConfigurableEnvironment environment) {
    List<InvalidSetting> mistakes = new ArrayList<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      boolean looked =
          source instanceof OriginTrackedMapPropertySource
              || source instanceof CommandLinePropertySource<?>;
      if (looked && source instanceof EnumerablePropertySource<?> enumerable) {
        for (String key : enumerable.getPropertyNames()) {
          InvalidSetting mistake = find(enumerable, key);
          if (mistake != null) {
            mistakes.add(mistake);
          }
        }
      }
    }
    return mistakes;
  }

  private static @Nullable InvalidSetting find(EnumerablePropertySource<?> source, String text) {
    ConfigurationPropertyName name = ConfigurationPropertyName.adapt(text, '.');
    if (!ROOT.isAncestorOf(name)) {
      return null;
    }
    if (!BARE.matcher(text).matches()) {
      return new InvalidSetting(
          text,
          HIDDEN,
          "brackets around a name of other characters than letters, digits, - and _, such as"
              + " \"[a/b]\": without them they would be left out");
    }
    if (KNOWN.stream().anyMatch(known -> fits(known, name))) {
      return null;
    }
    if (String.valueOf(source.getProperty(text)).isEmpty() && isSection(name)) {
      return new InvalidSetting(text, "", "settings below it, or the key left out");
    }
    String near = NearKey.of(name, KNOWN);
    return new InvalidSetting(
        text,
        HIDDEN,
        "a key of this version; there is none of this name"
            + (near == null ? "" : ", did you mean " + near + "?"));
  }

  /** Whether there are known keys below a name. */
  private static boolean isSection(ConfigurationPropertyName name) {
    int length = name.getNumberOfElements();
    for (String known : KNOWN) {
      String[] elements = known.split("\\.", -1);
      boolean below = elements.length > length;
      for (int i = 0; below && i < length; i++) {
        String element = elements[i].replace("-", "");
        below = element.equals("*") || element.equals(name.getElement(i, Form.UNIFORM));
      }
      if (below) {
        return true;
      }
    }
    return false;
  }

  /** Whether a name is a known key, or an element of the list that a known key is. */
  private static boolean fits(String known, ConfigurationPropertyName name) {
    String[] elements = known.split("\\.", -1);
    int length = name.getNumberOfElements();
    boolean indexed = name.isNumericIndex(length - 1);
    if (elements.length != (indexed ? length - 1 : length)) {
      return false;
    }
    for (int i = 0; i < elements.length; i++) {
      String element = elements[i].replace("-", "");
      boolean fits =
          switch (element) {
            case "*" -> true;
            case "#" -> name.isNumericIndex(i);
            default -> element.equals(name.getElement(i, Form.UNIFORM));
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }
}
