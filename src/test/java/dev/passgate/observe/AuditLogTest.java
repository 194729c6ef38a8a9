package dev.passgate.observe;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import dev.passgate.identity.Identity;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AuditLogTest {

  private static final Instant TIME = Instant.parse("2026-03-01T10:15:30.123Z");

  private final AuditLog audit = TestMetrics.audit();

  @Test
  void writesOneJsonLineForAQuery() {
    try (RecordedLog log = RecordedLog.of("passgate.audit")) {
      audit.write(
          new AuditEvent(
              TIME,
              "query",
              "1-1",
              "192.0.2.7",
              "bearer",
              AuditEvent.Credential.of(new Identity("acme", "alice", "a-1", TIME)),
              "statement",
              "POST",
              "main",
              "20260301_101530_00001_abcde",
              "dbeaver",
              200,
              12,
              null,
              null));

      assertThat(log.lines())
          .containsExactly(
              "{\"time\":\"2026-03-01T10:15:30.123Z\",\"event\":\"query\",\"requestId\":\"1-1\","
                  + "\"address\":\"192.0.2.7\",\"source\":\"bearer\",\"issuer\":\"acme\","
                  + "\"user\":\"alice\",\"subject\":\"a-1\",\"outcome\":\"accepted\","
                  + "\"route\":\"statement\",\"method\":\"POST\",\"cluster\":\"main\","
                  + "\"queryId\":\"20260301_101530_00001_abcde\",\"clientSource\":\"dbeaver\","
                  + "\"status\":200,\"durationMillis\":12}");
      assertThat(log.events().getFirst().getLevel()).isEqualTo(Level.INFO);
    }
  }

  @Test
  void leavesOutWhatIsNotKnown() {
    try (RecordedLog log = RecordedLog.of("passgate.audit")) {
      audit.write(refusal(null));

      assertThat(log.lines())
          .containsExactly(
              "{\"time\":\"2026-03-01T10:15:30.123Z\",\"event\":\"refusal\",\"requestId\":\"1-1\","
                  + "\"address\":\"192.0.2.7\",\"source\":\"none\",\"outcome\":\"refused\","
                  + "\"reason\":\"NO_CREDENTIAL\",\"route\":\"statement\",\"method\":\"POST\","
                  + "\"status\":401,\"durationMillis\":0}");
    }
  }

  @Test
  void namesWhoActsAsWhom() {
    Identity acting = new Identity("acme", "superset", "s-1", TIME).actingAs("bob");

    assertThat(AuditEvent.Credential.of(acting))
        .isEqualTo(new AuditEvent.Credential("acme", "bob", "superset", "s-1", "accepted", null));
    assertThat(AuditEvent.Credential.of(Refusal.of(Reason.IMPERSONATION_DENIED, "not bob", acting)))
        .isEqualTo(
            new AuditEvent.Credential(
                "acme", "bob", "superset", "s-1", "refused", "IMPERSONATION_DENIED"));
  }

  @Test
  void keepsOneLineWhateverAClientSaysOfItself() {
    try (RecordedLog log = RecordedLog.of("passgate.audit")) {
      audit.write(refusal("a\r\n{\"user\":\"root\"}\u0000{}"));

      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().getFirst())
          .contains("\"clientSource\":\"a\\r\\n{\\\"user\\\":\\\"root\\\"}\\u0000{}\"")
          .doesNotContain("\n", "\r", "\u0000");
    }
  }

  private static AuditEvent refusal(@Nullable String clientSource) {
    return new AuditEvent(
        TIME,
        "refusal",
        "1-1",
        "192.0.2.7",
        "none",
        AuditEvent.Credential.of(Refusal.of(Reason.NO_CREDENTIAL, "a token is needed")),
        "statement",
        "POST",
        null,
        null,
        clientSource,
        401,
        0,
        null,
        null);
  }
}
