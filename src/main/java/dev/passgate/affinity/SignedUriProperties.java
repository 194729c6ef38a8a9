package dev.passgate.affinity;

import dev.passgate.setting.InvalidSetting;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * For how long signed URIs count.
 *
 * @param segmentAge for how long the URI of a segment lets in whoever has it, 1s to 30d; by default
 *     as long as Trino keeps segments ({@code fs.segment.ttl}); with forwarded-headers from the
 *     POST of its query on
 */
@ConfigurationProperties("passgate.signed-uris")
record SignedUriProperties(@DefaultValue("12h") Duration segmentAge) {

  private static final String KEY = "passgate.signed-uris.";

  private static final Duration MAX = Duration.ofDays(30);

  SignedUriProperties {
    if (segmentAge.compareTo(Duration.ofSeconds(1)) < 0 || segmentAge.compareTo(MAX) > 0) {
      throw new InvalidSetting(KEY + "segment-age", segmentAge, "a duration from 1s to 30d");
    }
  }
}
