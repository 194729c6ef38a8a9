package dev.passgate.sql;

import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * SQL over plain HTTP.
 *
 * @param requestBody the largest request; Trino itself takes statements up to a million characters
 * @param row the longest row, as the JSON that Trino sends
 * @param heartbeat after how long without anything to send an event stream says that it lives
 */
@ConfigurationProperties("passgate.sql")
public record SqlProperties(
    @DefaultValue("1MB") DataSize requestBody,
    @DefaultValue("16MB") DataSize row,
    @DefaultValue("15s") Duration heartbeat) {

  private static final long MAX_BYTES = 1L << 30;

  public SqlProperties {
    check("request-body", requestBody);
    check("row", row);
    if (heartbeat.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new InvalidSetting("passgate.sql.heartbeat", heartbeat, "at least 1s");
    }
  }

  private static void check(String key, DataSize size) {
    if (size.toBytes() < 1024 || size.toBytes() > MAX_BYTES) {
      throw new InvalidSetting("passgate.sql." + key, size, "from 1KB to 1GB");
    }
  }
}
