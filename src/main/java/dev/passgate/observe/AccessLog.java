package dev.passgate.observe;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes one JSON line a request to the logger {@code passgate.access}, which is off until its
 * level is set.
 */
public final class AccessLog {

  private static final Logger log = LoggerFactory.getLogger("passgate.access");

  private final JsonMapper json;

  AccessLog(JsonMapper json) {
    this.json = json;
  }

  /** Whether anything is written. */
  public boolean isOn() {
    return log.isInfoEnabled();
  }

  /** Writes what is told of a request, which is asked for only where it is written. */
  public void write(Supplier<AccessEvent> event) {
    if (isOn()) {
      log.info(json.writeValueAsString(event.get()));
    }
  }
}
