package dev.passgate.identity.introspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.TokenDigest;
import dev.passgate.identity.introspection.Introspection.Active;
import dev.passgate.identity.introspection.Introspection.Inactive;
import dev.passgate.identity.introspection.Introspection.Overloaded;
import dev.passgate.identity.introspection.Introspection.Unavailable;
import dev.passgate.testing.CapturedLog;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;

class IntrospectorTest {

  private static final URI ENDPOINT = URI.create("https://idp.example/introspect");
  private static final Active ACTIVE = new Active(Map.of("active", true));

  private final VirtualTimeScheduler scheduler = VirtualTimeScheduler.create();
  private final List<String> asked = new ArrayList<>();
  private final AtomicInteger cancelled = new AtomicInteger();
  private Sinks.One<Introspection> answer = Sinks.one();
  private @Nullable URI discovered = ENDPOINT;

  private final Introspector introspector = introspector(2);

  private Introspector introspector(int maxConcurrent) {
    return new Introspector(
        "acme",
        new IntrospectionSettings(
            null,
            ClientCredentials.of("passgate", "secret"),
            false,
            "",
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            maxConcurrent,
            true),
        () -> discovered,
        (uri, client, token) -> {
          asked.add(token);
          return answer.asMono().doOnCancel(cancelled::incrementAndGet);
        },
        scheduler);
  }

  private List<Introspection> ask(String token) {
    List<Introspection> answers = new ArrayList<>();
    var _ = asking(token).subscribe(answers::add);
    return answers;
  }

  private Mono<Introspection> asking(String token) {
    return introspector.ask(token, TokenDigest.of(token));
  }

  @Test
  void asksOnceForAllThatWait() {
    List<Introspection> first = ask("a");
    List<Introspection> second = ask("a");
    assertThat(first).isEmpty();

    answer.tryEmitValue(ACTIVE).orThrow();

    assertThat(asked).containsExactly("a");
    assertThat(first).containsExactly(ACTIVE);
    assertThat(second).containsExactly(ACTIVE);
  }

  @Test
  void remembersNothing() {
    answer.tryEmitValue(ACTIVE).orThrow();
    assertThat(ask("a")).containsExactly(ACTIVE);
    answer = Sinks.one();
    answer.tryEmitValue(new Inactive()).orThrow();

    assertThat(ask("a")).containsExactly(new Inactive());
  }

  @Test
  void goesOnForTheOthersWhenAClientGoesAway() {
    Disposable gone = asking("a").subscribe();
    List<Introspection> other = ask("a");

    gone.dispose();
    answer.tryEmitValue(ACTIVE).orThrow();

    assertThat(cancelled).hasValue(0);
    assertThat(other).containsExactly(ACTIVE);
  }

  @Test
  void asksAboutSoManyAtATimeAndNoMore() {
    List<Introspection> first = ask("a");
    List<Introspection> second = ask("b");

    for (int i = 0; i < 1000; i++) {
      assertThat(ask("flood-" + i)).containsExactly(new Overloaded());
    }
    assertThat(ask("a")).as("joins the first").isEmpty();
    assertThat(asked).containsExactly("a", "b");

    answer.tryEmitValue(ACTIVE).orThrow();
    assertThat(first).containsExactly(ACTIVE);
    assertThat(second).containsExactly(ACTIVE);
    assertThat(ask("c")).containsExactly(ACTIVE);
  }

  @Test
  void waitsNoLongerThanConfigured() {
    List<Introspection> answers = ask("a");
    scheduler.advanceTimeBy(Duration.ofMillis(4999));
    assertThat(answers).isEmpty();

    scheduler.advanceTimeBy(Duration.ofMillis(1));

    assertThat(answers).containsExactly(new Unavailable("the provider took too long"));
    assertThat(cancelled).hasValue(1);
    assertThat(ask("a")).isEmpty();
    assertThat(asked).containsExactly("a", "a");
  }

  @Test
  void hasNoAnswerFromAProviderThatFails() {
    answer.tryEmitError(new IllegalStateException("secret")).orThrow();

    assertThat(ask("a"))
        .containsExactly(
            new Unavailable("the provider could not be asked (IllegalStateException)"));
  }

  @Test
  void hasNoAnswerAsLongAsTheEndpointIsNotKnown() {
    discovered = null;
    assertThat(ask("a")).singleElement().isInstanceOf(Unavailable.class);
    assertThat(asked).isEmpty();

    discovered = ENDPOINT;
    answer.tryEmitValue(ACTIVE).orThrow();
    assertThat(ask("a")).containsExactly(ACTIVE);
  }

  @Test
  void endsWhatIsUnderWayWhenItIsClosed() {
    List<Introspection> answers = ask("a");

    introspector.close();

    assertThat(answers).singleElement().isInstanceOf(Unavailable.class);
    assertThat(cancelled).hasValue(1);
    assertThat(ask("b")).containsExactly(new Overloaded());
    assertThat(asked).containsExactly("a");
  }

  @Test
  void tellsOnceThatTheProviderFailsAndOnceThatItIsBack() {
    try (CapturedLog log = CapturedLog.open()) {
      discovered = null;
      for (int i = 0; i < 10; i++) {
        ask("token-" + i);
      }
      discovered = ENDPOINT;
      answer.tryEmitValue(ACTIVE).orThrow();
      ask("a");
      ask("b");

      assertThat(log.of(Introspector.class.getName())).hasSize(2);
      assertThat(log.all()).noneMatch(line -> line.contains("token-"));
    }
  }
}
