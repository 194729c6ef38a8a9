package dev.passgate.observe;

import dev.passgate.observe.AuditEvent.Credential;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * What the audit log is to say of a request that the gate was not asked about, by whoever served
 * it. The rest of the line is the request's.
 *
 * @param event what happened
 * @param source where the credential stood
 * @param credential what became of it
 */
public record AuditNote(String event, @Nullable String source, Credential credential) {

  private static final String KEY = AuditNote.class.getName();

  /** Leaves it with a request; the last one counts. */
  public void leave(ServerWebExchange exchange) {
    exchange.getAttributes().put(KEY, this);
  }

  /** What was left with a request; null where nothing is to be said. */
  public static @Nullable AuditNote of(ServerWebExchange exchange) {
    return exchange.getAttribute(KEY);
  }
}
