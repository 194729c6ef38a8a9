package dev.passgate.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.passgate.limit.QueryLimitProperties.Rate;
import dev.passgate.limit.QueryLimitProperties.Shared;
import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class QueryLimitPropertiesTest {

  private static final String REDIS = "passgate.limits.shared.redis.";
  private static final String URL_EXPECTED =
      "expected redis://host[:port][/database], or rediss://... for TLS, without user and password";

  @Test
  void readsEveryKey() {
    QueryLimitProperties limits =
        bind(
            Map.of(
                "passgate.limits.queries-per-user",
                "7",
                "passgate.limits.new-queries-per-user.rate",
                "3",
                "passgate.limits.new-queries-per-user.burst",
                "30",
                REDIS + "url",
                "rediss://redis.example:6380/2",
                REDIS + "user",
                "gate",
                REDIS + "password",
                "hunter2",
                REDIS + "time-limit",
                "100ms"));

    assertThat(limits)
        .isEqualTo(
            new QueryLimitProperties(
                7,
                new Rate(3, 30),
                new Shared(
                    new RedisProperties(
                        "rediss://redis.example:6380/2",
                        "gate",
                        "hunter2",
                        Duration.ofMillis(100)))));
    assertThat(limits.toString()).contains("redis.example").doesNotContain("hunter2");
    RedisProperties redis = Objects.requireNonNull(limits.shared()).redis();
    assertThat(redis.uri().isSsl()).isTrue();
    assertThat(redis.uri().getDatabase()).isEqualTo(2);
    assertThat(redis.uri().toString()).doesNotContain("hunter2");
  }

  @Test
  void limitsNothingByDefault() {
    assertThat(bind(Map.of())).isEqualTo(new QueryLimitProperties(null, null, null));
  }

  @Test
  void startsAsManyAtOnceAsInASecond() {
    assertThat(new Rate(3, null).atOnce()).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          queries-per-user           | 0  | expected a number from 1
          new-queries-per-user.rate  | 0  | expected a number from 1 to 1000000
          new-queries-per-user.rate  | -1 | expected a number from 1 to 1000000
          """)
  void rejectsALimitThatLetsNothingThrough(String key, String value, String expected) {
    assertRejected(
        Map.of("passgate.limits." + key, value),
        "passgate.limits." + key + " is '" + value + "', " + expected);
  }

  @Test
  void rejectsABurstOfNone() {
    assertRejected(
        Map.of(
            "passgate.limits.new-queries-per-user.rate", "1",
            "passgate.limits.new-queries-per-user.burst", "0"),
        "passgate.limits.new-queries-per-user.burst is '0', expected a number from 1 to 1000000");
  }

  @Test
  void rejectsABurstWithoutARate() {
    assertRejected(
        Map.of("passgate.limits.new-queries-per-user.burst", "5"),
        "passgate.limits.new-queries-per-user.rate is not set, expected a number from 1 to 1000000");
  }

  @ParameterizedTest
  @CsvSource({
    "http://redis.example",
    "redis:///1",
    "redis.example:6379",
    "redis://redis.example/x",
    "redis://redis.example?timeout=1d",
    "redis-sentinel://redis.example"
  })
  void rejectsWhatIsNoAddressOfARedis(String url) {
    assertRejected(
        Map.of("passgate.limits.queries-per-user", "1", REDIS + "url", url),
        REDIS + "url is '" + url + "', " + URL_EXPECTED);
  }

  @ParameterizedTest
  @CsvSource({
    "redis://:hunter2@redis.example, redis://***@redis.example",
    "redis://gate:hun/ter2@redis.example, redis://***@redis.example",
    "redis://gate:hun@ter2@redis.example, redis://***@redis.example",
    "redis://gate:hun ter2@redis.example, redis://***@redis.example",
    "gate:hunter2@redis.example:6379, ***@redis.example:6379"
  })
  void rejectsAPasswordInTheAddressAndDoesNotRepeatIt(String url, String shown) {
    assertRejected(
        Map.of("passgate.limits.queries-per-user", "1", REDIS + "url", url),
        REDIS + "url is '" + shown + "', " + URL_EXPECTED);
  }

  @Test
  void rejectsAPasswordForNoRedis() {
    assertRejected(
        Map.of("passgate.limits.queries-per-user", "1", REDIS + "password", "hunter2"),
        REDIS + "url is not set, " + URL_EXPECTED);
  }

  @Test
  void rejectsAUserWithoutPassword() {
    assertRejected(
        Map.of(
            "passgate.limits.queries-per-user",
            "1",
            REDIS + "url",
            "redis://redis.example",
            REDIS + "user",
            "gate"),
        REDIS + "password is not set, expected the password of " + REDIS + "user");
  }

  @Test
  void rejectsAPasswordThatIsAPlaceholder() {
    assertRejected(
        Map.of(
            "passgate.limits.queries-per-user",
            "1",
            REDIS + "url",
            "redis://redis.example",
            REDIS + "password",
            "${REDIS_PASSWORD}"),
        REDIS
            + "password is '***', expected a value: it is a placeholder ${...} that is not set,"
            + " neither in the environment nor as another property");
  }

  @Test
  void rejectsToShareNothing() {
    assertRejected(
        Map.of(REDIS + "url", "redis://redis.example"),
        REDIS
            + "url is 'redis://redis.example', expected nothing, as there is neither"
            + " passgate.limits.queries-per-user nor passgate.limits.new-queries-per-user");
  }

  @Test
  void boundsConnections() {
    assertThat(binder(Map.of()).bindOrCreate("passgate.limits", ConnectionLimitProperties.class))
        .isEqualTo(new ConnectionLimitProperties(20_000, null));
    assertThat(
            binder(
                    Map.of(
                        "passgate.limits.connections", "5",
                        "passgate.limits.connections-per-address", "2"))
                .bindOrCreate("passgate.limits", ConnectionLimitProperties.class))
        .isEqualTo(new ConnectionLimitProperties(5, 2));
    assertThatThrownBy(() -> new ConnectionLimitProperties(0, null))
        .hasMessage("passgate.limits.connections is '0', expected a number from 1");
    assertThatThrownBy(() -> new ConnectionLimitProperties(1, 0))
        .hasMessage("passgate.limits.connections-per-address is '0', expected a number from 1");
  }

  private static void assertRejected(Map<String, String> properties, String message) {
    assertThatThrownBy(() -> bind(properties))
        .isInstanceOf(BindException.class)
        .rootCause()
        .isInstanceOf(InvalidSetting.class)
        .hasMessage(message);
  }

  private static Binder binder(Map<String, String> properties) {
    return new Binder(new MapConfigurationPropertySource(properties));
  }

  private static QueryLimitProperties bind(Map<String, String> properties) {
    return binder(properties).bindOrCreate("passgate.limits", QueryLimitProperties.class);
  }
}
