package dev.passgate.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Grants;
import dev.passgate.identity.Identity;
import dev.passgate.validate.ValidateProperties.Headers;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnswerHeadersTest {

  private static final AnswerHeaders ALL =
      new AnswerHeaders(new Headers("X-Issuer", "X-Subject", "X-Groups", "X-Caller"));

  private static Identity alice(String subject, String... groups) {
    return new Identity("acme", "alice", null, subject, Instant.MAX, Set.of(groups), Grants.NONE);
  }

  @Test
  void tellsTheUserAlone() {
    assertThat(new AnswerHeaders(new Headers(null, null, null, null)).of(alice("a-1", "x")))
        .containsOnlyKeys("X-Trino-User")
        .containsEntry("X-Trino-User", "alice");
  }

  @Test
  void tellsWhatIsConfigured() {
    assertThat(ALL.of(alice("a-1", "ops", "data eng")))
        .containsOnlyKeys("X-Trino-User", "X-Issuer", "X-Subject", "X-Groups", "X-Caller")
        .containsEntry("X-Issuer", "acme")
        .containsEntry("X-Subject", "a-1")
        .containsEntry("X-Groups", "data%20eng,ops")
        .containsEntry("X-Caller", "");
  }

  /** Else Envoy would pass on a client's own. */
  @Test
  void tellsThatThereIsNothing() {
    assertThat(ALL.of(alice("a-1"))).containsEntry("X-Groups", "").containsEntry("X-Caller", "");
  }

  @Test
  void tellsWhoActsAsTheUser() {
    assertThat(ALL.of(alice("a-1").actingAs("bob")))
        .containsEntry("X-Trino-User", "bob")
        .containsEntry("X-Caller", "alice");
  }

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "'CN=alice,O=acme', CN=alice%2CO=acme",
    "'a b', a%20b",
    "a%2Cb, a%252Cb",
    "j\u00f6rg, j%C3%B6rg",
    "\ud83d\ude00, %F0%9F%98%80",
    "'a\r\nX-Trino-User: root', a%0D%0AX-Trino-User:%20root",
    "'a\u0000\u007f', a%00%7F"
  })
  void escapesWhatAHeaderDoesNotCarry(String text, String escaped) {
    assertThat(ALL.of(alice(text, text)))
        .containsEntry("X-Subject", escaped)
        .containsEntry("X-Groups", escaped);
  }
}
