package dev.passgate.token;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a request for a token comes to. */
sealed interface TokenOutcome {

  /**
   * A token (RFC 6749, section 5.1).
   *
   * @param members what the client is told, by the names of the JSON object's members
   */
  record Granted(Map<String, Object> members) implements TokenOutcome {

    public Granted {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /** Holds a token. */
    @Override
    public String toString() {
      return "Granted[***]";
    }
  }

  /**
   * No token (RFC 6749, section 5.2).
   *
   * @param status 400 or 401
   * @param error the code
   * @param description for a person, null where there is none
   * @param uri a page for a person, null where there is none
   */
  record Denied(int status, String error, @Nullable String description, @Nullable String uri)
      implements TokenOutcome {

    static Denied invalidRequest(String description) {
      return new Denied(400, "invalid_request", description, null);
    }

    /** The provider's words may quote the client's. */
    @Override
    public String toString() {
      return "Denied[" + status + "]";
    }
  }

  /**
   * No answer to pass on.
   *
   * @param cause for the log; quotes nothing of what was sent or answered
   */
  record Unavailable(String cause) implements TokenOutcome {}
}
