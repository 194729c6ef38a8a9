package dev.passgate.limit;

import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What one request may take.
 *
 * @param requestBody the largest body of a request: the SQL of one statement
 * @param requestHeadTime how long a client may take to send the head of a request; then the
 *     connection is closed
 * @param requestBodyPause how long a client may pause while it sends a body
 * @param requestBodyTime how long a client may take to send a whole request after its head
 * @param answerPause how long Trino may be silent, or a client may stop reading, while an answer is
 *     due
 */
@ConfigurationProperties("passgate.limits")
public record LimitProperties(
    @DefaultValue("16MB") DataSize requestBody,
    @DefaultValue("20s") Duration requestHeadTime,
    @DefaultValue("30s") Duration requestBodyPause,
    @DefaultValue("2m") Duration requestBodyTime,
    @DefaultValue("2m") Duration answerPause) {

  public LimitProperties {
    if (requestBody.toBytes() < 1) {
      throw wrong("request-body", requestBody, "a size of at least 1B, such as 16MB");
    }
    check("request-head-time", requestHeadTime);
    check("request-body-pause", requestBodyPause);
    check("request-body-time", requestBodyTime);
    check("answer-pause", answerPause);
  }

  private static void check(String key, Duration time) {
    if (time.compareTo(Duration.ofMillis(1)) < 0) {
      throw wrong(key, time, "a duration of at least 1ms, such as 30s");
    }
  }

  private static IllegalArgumentException wrong(String key, Object value, String expected) {
    return new InvalidSetting("passgate.limits." + key, value, expected);
  }
}
