package dev.passgate.sql;

import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * SQL over plain HTTP.
 *
 * @param requestBody the largest request, 1KB to 1GB; Trino itself takes statements up to a million
 *     characters
 * @param row the longest row, as the JSON that Trino sends, 1KB to 1GB
 * @param heartbeat after how long without anything to send an event stream says that it lives, 1s
 *     to 1h
 * @param retries for how long rows that a cluster does not give now are asked for again, 1s to 1h
 */
@ConfigurationProperties("passgate.sql")
public record SqlProperties(
    @DefaultValue("1MB") DataSize requestBody,
    @DefaultValue("16MB") DataSize row,
    @DefaultValue("15s") Duration heartbeat,
    @DefaultValue("2m") Duration retries) {

  private static final long MAX_BYTES = 1L << 30;
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofHours(1);

  public SqlProperties {
    check("request-body", requestBody);
    check("row", row);
    check("heartbeat", heartbeat);
    check("retries", retries);
  }

  private static void check(String key, DataSize size) {
    if (size.toBytes() < 1024 || size.toBytes() > MAX_BYTES) {
      throw new InvalidSetting("passgate.sql." + key, size, "from 1KB to 1GB");
    }
  }

  private static void check(String key, Duration time) {
    if (time.compareTo(SHORTEST) < 0 || time.compareTo(LONGEST) > 0) {
      throw new InvalidSetting("passgate.sql." + key, time, "a duration from 1s to 1h");
    }
  }
}
