package dev.passgate.identity.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.identity.mapping.MappedUser.User;
import dev.passgate.identity.password.PasswordProperties.CacheProperties;
import dev.passgate.identity.password.PasswordProperties.TriesProperties;
import dev.passgate.setting.InvalidSetting;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class PasswordPropertiesTest {

  private static final String KEY = "passgate.authentication.basic.";
  private static final String LDAP = KEY + "ldap.";
  private static final String PATTERN = "uid={USER},ou=people,dc=example,dc=com";

  private static PasswordProperties bind(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties))
        .bindOrCreate(PasswordProperties.PREFIX, PasswordProperties.class);
  }

  private static LdapSettings ldap(Map<String, String> properties) {
    return LdapSettings.of(bind(properties).ldap());
  }

  private static Map<String, String> pattern() {
    Map<String, String> properties = new LinkedHashMap<>();
    properties.put(LDAP + "url[0]", "ldaps://ldap.example.com");
    properties.put(LDAP + "bind-patterns[0]", PATTERN);
    return properties;
  }

  private static Map<String, String> search() {
    Map<String, String> properties = pattern();
    properties.remove(LDAP + "bind-patterns[0]");
    properties.put(LDAP + "search.base", "dc=example,dc=com");
    properties.put(LDAP + "search.filter", "(uid={USER})");
    return properties;
  }

  @Test
  void mapsEverything() {
    Map<String, String> properties = search();
    properties.put(KEY + "file.path", "/etc/passgate/passwords");
    properties.put(KEY + "file.user.pattern", "(.+)@example\\.com");
    properties.put(KEY + "file.user.template", "$1");
    properties.put(KEY + "cache.ttl", "10s");
    properties.put(KEY + "cache.max-entries", "7");
    properties.put(KEY + "threads", "3");
    properties.put(KEY + "queue", "9");
    properties.put(KEY + "tries.per-user", "4");
    properties.put(KEY + "tries.per-address", "5");
    properties.put(KEY + "tries.per-user-overall", "6");
    properties.put(KEY + "tries.window", "2m");
    properties.put(LDAP + "url[0]", "ldap://one.example.com:1389");
    properties.put(LDAP + "url[1]", "ldap://two.example.com/");
    properties.put(LDAP + "start-tls", "true");
    properties.put(LDAP + "bundle", "directory");
    properties.put(LDAP + "search.bind-dn", "cn=reader,dc=example,dc=com");
    properties.put(LDAP + "search.bind-password", "secret");
    properties.put(LDAP + "name-attribute", "uid");
    properties.put(LDAP + "groups.attribute", "memberOf");
    properties.put(LDAP + "groups.pattern", "cn=([^,]+),.*");
    properties.put(LDAP + "connect-timeout", "1s");
    properties.put(LDAP + "response-timeout", "2s");
    properties.put(LDAP + "max-connections", "3");
    properties.put(LDAP + "user.claims", "mail,dn");
    properties.put(LDAP + "user.case", "lower");

    PasswordProperties bound = bind(properties);
    assertThat(bound.file().path()).isEqualTo("/etc/passgate/passwords");
    assertThat(bound.cache()).isEqualTo(new CacheProperties(Duration.ofSeconds(10), 7));
    assertThat(bound.threadsToUse()).isEqualTo(3);
    assertThat(bound.queue()).isEqualTo(9);
    assertThat(bound.tries()).isEqualTo(new TriesProperties(4, 5, 6, Duration.ofMinutes(2)));
    LdapSettings settings = LdapSettings.of(bound.ldap());
    assertThat(settings.servers())
        .containsExactly(
            URI.create("ldap://one.example.com:1389"), URI.create("ldap://two.example.com/"));
    assertThat(settings.startTls()).isTrue();
    assertThat(settings.isExposed()).isFalse();
    assertThat(settings.bundle()).isEqualTo("directory");
    assertThat(settings.patterns()).isEmpty();
    LdapSearch search = Objects.requireNonNull(settings.search());
    assertThat(search.base()).isEqualTo("dc=example,dc=com");
    assertThat(search.filter().of("al*ice")).hasToString("(uid=al\\2aice)");
    assertThat(Objects.requireNonNull(search.account()).currentPassword()).isEqualTo("secret");
    assertThat(settings.nameAttribute()).isEqualTo("uid");
    assertThat(settings.groups())
        .extracting(GroupRule::attribute, InstanceOfAssertFactories.STRING)
        .isEqualTo("memberOf");
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(settings.responseTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(settings.maxConnections()).isEqualTo(3);
    assertThat(settings.attributes()).containsExactly("mail", "dn");
    assertThat(settings.user().map(Map.of("mail", "Alice"))).isEqualTo(new User("alice"));
  }

  @Test
  void hasDefaults() {
    PasswordProperties bound = bind(Map.of());
    assertThat(bound.file().path()).isNull();
    assertThat(bound.cache()).isEqualTo(new CacheProperties(Duration.ofMinutes(1), 10_000));
    assertThat(bound.threadsToUse())
        .isEqualTo(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    assertThat(bound.queue()).isEqualTo(100);
    assertThat(bound.tries()).isEqualTo(new TriesProperties(10, 50, 100, Duration.ofMinutes(1)));

    LdapSettings settings = ldap(pattern());
    assertThat(settings.startTls()).isFalse();
    assertThat(settings.bundle()).isNull();
    assertThat(settings.search()).isNull();
    assertThat(settings.nameAttribute()).isNull();
    assertThat(settings.groups()).isNull();
    assertThat(settings.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.responseTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.maxConnections()).isEqualTo(8);
    assertThat(settings.user().map(Map.of("preferred_username", "alice")))
        .isEqualTo(new User("alice"));
  }

  @ParameterizedTest
  @CsvSource({
    "cache.ttl, 0s",
    "cache.ttl, 11m",
    "cache.max-entries, -1",
    "threads, 0",
    "threads, 257",
    "queue, 0",
    "tries.per-user, 0",
    "tries.per-address, 0",
    "tries.per-user-overall, 0",
    "tries.window, 0s",
    "tries.window, 25h"
  })
  void refusesNumbersOutOfBounds(String key, String value) {
    assertThatThrownBy(() -> bind(Map.of(KEY + key, value)))
        .hasRootCauseInstanceOf(InvalidSetting.class)
        .rootCause()
        .hasMessageStartingWith(KEY + key + " is ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          url[0] | ldap.example.com:636 | url is
          url[0] | https://ldap.example.com | url is
          url[0] | ldaps://user@ldap.example.com | url is
          url[0] | ldaps://ldap.example.com/dc=example | url is
          url[1] | ldap://ldap.example.com | url is
          start-tls | true | start-tls is
          bind-patterns[0] | uid={USER | bind-patterns is
          bind-patterns[0] | uid=alice,dc=example | bind-patterns is
          bind-patterns[0] | uid={USER},ou={USER} | bind-patterns is
          bind-patterns[0] | uid=x-{USER},ou=people | bind-patterns is
          bind-patterns[0] | uid={USER}+cn=x,ou=people | bind-patterns is
          bind-patterns[0] | {USER}@example.com | bind-patterns is
          bind-patterns[1] | uid={USER},ou=others | user.claims is
          search.base | dc=example | search.base is
          search.bind-dn | cn=reader | search.base is not set
          name-attribute | u id | name-attribute is
          groups.pattern | cn=(.+) | groups.attribute is not set
          connect-timeout | 0s | connect-timeout is
          response-timeout | 2m | response-timeout is
          max-connections | 0 | max-connections is
          user.case | title | user.case is
          user.pattern | ( | user.pattern is
          """)
  void refusesWhatIsWrongWithPatterns(String key, String value, String message) {
    Map<String, String> properties = pattern();
    properties.put(LDAP + key, value);

    assertThatThrownBy(() -> ldap(properties))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(LDAP + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          search.base ; example ; search.base is
          search.filter ; '' ; search.filter is
          search.filter ; (uid={USER} ; search.filter is
          search.filter ; (uid=alice) ; search.filter is
          search.filter ; (uid={USER}*) ; search.filter is
          search.filter ; (!(uid={USER})) ; search.filter is
          search.filter ; (uid>={USER}) ; search.filter is
          search.filter ; (|(uid={USER})(mail={USER})) ; name-attribute is not set
          search.bind-dn ; reader ; search.bind-dn is
          search.bind-dn ; cn=reader ; search.bind-password is not set
          search.bind-password ; secret ; search.bind-dn is not set
          groups.attribute ; member of ; groups.attribute is
          """)
  void refusesWhatIsWrongWithASearch(String key, String value, String message) {
    Map<String, String> properties = search();
    properties.put(LDAP + key, value);

    assertThatThrownBy(() -> ldap(properties))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(LDAP + message)
        .message()
        .doesNotContain("secret'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"cn=(.+", "cn=.+", "(cn)=(.+)"})
  void refusesGroupPatternsWithoutOneGroup(String pattern) {
    Map<String, String> properties = pattern();
    properties.put(LDAP + "groups.attribute", "memberOf");
    properties.put(LDAP + "groups.pattern", pattern);

    assertThatThrownBy(() -> ldap(properties))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(LDAP + "groups.pattern is ");
  }

  @Test
  void refusesASecretThatStandsInTwoPlacesOrInNoFile() {
    Map<String, String> properties = search();
    properties.put(LDAP + "search.bind-dn", "cn=reader");
    properties.put(LDAP + "search.bind-password-file", "/nowhere/secret");
    assertThatThrownBy(() -> ldap(properties))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(LDAP + "search.bind-password-file is '/nowhere/secret'");

    properties.put(LDAP + "search.bind-password", "hidden");
    assertThatThrownBy(() -> ldap(properties))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(LDAP + "search.bind-password is not set")
        .message()
        .doesNotContain("hidden");
  }

  @Test
  void refusesASecretThatIsAPlaceholder() {
    Map<String, String> properties = search();
    properties.put(LDAP + "search.bind-dn", "cn=reader");
    properties.put(LDAP + "search.bind-password", "${LDAP_PASSWORD}");

    assertThatThrownBy(() -> ldap(properties))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(
            LDAP + "search.bind-password is '***', expected a value: it is a placeholder");
  }

  @Test
  void refusesADirectoryWithoutAServerOrWithoutUsers() {
    assertThatThrownBy(() -> ldap(Map.of(LDAP + "start-tls", "true")))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(LDAP + "url is not set");
    assertThatThrownBy(() -> ldap(Map.of(LDAP + "url", "ldaps://ldap.example.com")))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(LDAP + "bind-patterns is not set");
    assertThatThrownBy(
            () ->
                ldap(
                    Map.of(
                        LDAP + "url", "ldap://ldap.example.com",
                        LDAP + "bundle", "directory",
                        LDAP + "bind-patterns[0]", PATTERN)))
        .isInstanceOf(InvalidSetting.class)
        .hasMessageStartingWith(LDAP + "bundle is 'directory'");
  }

  @Test
  void takesSeveralPatternsWhereSomebodySaysHowTheirUsersDiffer() {
    Map<String, String> properties = pattern();
    properties.put(LDAP + "bind-patterns[1]", "uid={USER},ou=others,dc=example,dc=com");
    properties.put(LDAP + "user.claims", "user");

    assertThat(ldap(properties).patterns()).hasSize(2);
  }

  @Test
  void takesThePlaceholderOfTrinoToo() {
    assertThat(BindPattern.parse("uid=${USER},dc=example").of("a,b"))
        .hasToString("uid=a\\,b,dc=example");
    assertThat(UserFilter.parse("(&(a=b)(uid=${USER}@x))").of("a)b"))
        .hasToString("(&(a=b)(uid=a\\29b@x))");
  }

  @ParameterizedTest
  @CsvSource({
    "ldap://ldap.example.com, false, true",
    "ldap://ldap.example.com, true, false",
    "ldaps://ldap.example.com, false, false",
    "ldap://127.0.0.1:389, false, false",
    "ldap://localhost, false, false",
    "ldap://[::1], false, false"
  })
  void knowsWhetherPasswordsAreExposed(String url, boolean startTls, boolean exposed) {
    Map<String, String> properties = pattern();
    properties.put(LDAP + "url[0]", url);
    properties.put(LDAP + "start-tls", String.valueOf(startTls));

    assertThat(ldap(properties).isExposed()).isEqualTo(exposed);
  }

  @Test
  void tellsNoSecret() {
    Map<String, String> properties = search();
    properties.put(LDAP + "search.bind-dn", "cn=reader");
    properties.put(LDAP + "search.bind-password", "hidden");

    assertThat(bind(properties).toString()).doesNotContain("hidden");
    assertThat(List.of(ldap(properties)).toString()).doesNotContain("hidden");
  }
}
