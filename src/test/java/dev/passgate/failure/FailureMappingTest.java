package dev.passgate.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Kind;
import dev.passgate.identity.Refusal.Reason;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.core.codec.DecodingException;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.resource.NoResourceFoundException;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.Exceptions;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

class FailureMappingTest {

  private static final String UNREACHABLE = "the Trino cluster cannot be reached";
  private static final String BUSY = "too many requests to the Trino cluster are under way";
  private static final String SLOW = "the Trino cluster took too long to answer";
  private static final String BROKEN = "the connection to the Trino cluster broke";

  private final FailureMapping mapping = new FailureMapping(new FailureProperties(401));

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"NO_CREDENTIAL", "UNSUPPORTED_SCHEME"})
  void challengesWithoutAnErrorWhereThereWasNoToken(Reason reason) {
    assertThat(refused(reason, "send one"))
        .isEqualTo(
            new Failure(HttpStatus.UNAUTHORIZED, "send one", "Bearer realm=\"passgate\"", null));
  }

  @ParameterizedTest
  @MethodSource("badCredentials")
  void challengesWithTheErrorWhereTheCredentialIsBad(Reason reason) {
    assertThat(refused(reason, "the token is bad"))
        .isEqualTo(
            new Failure(
                HttpStatus.UNAUTHORIZED,
                "the token is bad",
                "Bearer realm=\"passgate\", error=\"invalid_token\","
                    + " error_description=\"the token is bad\"",
                null));
  }

  static Stream<Reason> badCredentials() {
    return of(Kind.UNAUTHENTICATED)
        .filter(reason -> reason != Reason.NO_CREDENTIAL && reason != Reason.UNSUPPORTED_SCHEME);
  }

  @Test
  void saysWhichScopesAreMissing() {
    assertThat(
            mapping.map(
                new RefusedException(
                    Refusal.insufficientScope("not enough", "acme", Set.of("write", "read")))))
        .isEqualTo(
            new Failure(
                HttpStatus.FORBIDDEN,
                "not enough",
                "Bearer realm=\"passgate\", error=\"insufficient_scope\", scope=\"read write\"",
                null));
  }

  @ParameterizedTest
  @MethodSource("goodCredentialsWithoutAccess")
  void forbidsWhereTheCredentialIsGoodAndGivesNoAccess(Reason reason) {
    assertThat(refused(reason, "no user"))
        .isEqualTo(new Failure(HttpStatus.FORBIDDEN, "no user", null, null));
  }

  static Stream<Reason> goodCredentialsWithoutAccess() {
    return of(Kind.FORBIDDEN);
  }

  @ParameterizedTest
  @MethodSource("tooManyTries")
  void asksToWaitAfterTooManyTries(Reason reason) {
    assertThat(refused(reason, "wait"))
        .isEqualTo(new Failure(HttpStatus.TOO_MANY_REQUESTS, "wait", null, Duration.ofSeconds(1)));
  }

  static Stream<Reason> tooManyTries() {
    return of(Kind.LIMITED);
  }

  @ParameterizedTest
  @MethodSource("passingRefusals")
  void asksToRetryWhereItCannotBeToldNow(Reason reason) {
    assertThat(refused(reason, "later"))
        .isEqualTo(
            new Failure(HttpStatus.SERVICE_UNAVAILABLE, "later", null, Duration.ofSeconds(1)));
  }

  static Stream<Reason> passingRefusals() {
    return of(Kind.UNAVAILABLE);
  }

  private static Stream<Reason> of(Kind kind) {
    return Arrays.stream(Reason.values()).filter(reason -> reason.kind() == kind);
  }

  @Test
  void asksToRetryWhenTheRefusalSays() {
    assertThat(
            mapping.map(
                new RefusedException(
                    new Refusal(Reason.KEYS_UNAVAILABLE, "later", "acme", Duration.ofSeconds(30)))))
        .isEqualTo(
            new Failure(HttpStatus.SERVICE_UNAVAILABLE, "later", null, Duration.ofSeconds(30)));
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void answersAsEnvoyDoesWithoutAChallengeWhereConfigured(Reason reason) {
    Failure failure =
        Objects.requireNonNull(
            new FailureMapping(new FailureProperties(403))
                .map(new RefusedException(Refusal.of(reason, "refused"))));

    assertThat(failure.challenge()).isNull();
    assertThat(failure.status())
        .isEqualTo(
            switch (reason.kind()) {
              case UNAUTHENTICATED, FORBIDDEN -> HttpStatus.FORBIDDEN;
              case LIMITED -> HttpStatus.TOO_MANY_REQUESTS;
              case UNAVAILABLE -> HttpStatus.SERVICE_UNAVAILABLE;
            });
  }

  @Test
  void cannotBeQuotedOutOfInAChallenge() {
    assertThat(refused(Reason.MALFORMED_TOKEN, "a\"b\\\", realm=\"evil").challenge())
        .isEqualTo(
            "Bearer realm=\"passgate\", error=\"invalid_token\","
                + " error_description=\"a'b/', realm='evil\"");
  }

  @Test
  void tellsWhatIsWrongWithARequest() {
    assertThat(mapping.map(new RequestException(HttpStatus.BAD_REQUEST, "not canonical")))
        .isEqualTo(new Failure(HttpStatus.BAD_REQUEST, "not canonical", null, null));
  }

  @Test
  void tellsWhatAClusterDidWrong() {
    assertThat(mapping.map(new ClusterException(HttpStatus.BAD_GATEWAY, "gzip")))
        .isEqualTo(new Failure(HttpStatus.BAD_GATEWAY, "gzip", null, Duration.ofSeconds(1)));
  }

  static Stream<Exception> unreachable() {
    return Stream.of(
        new ConnectException("refused"),
        new ConnectTimeoutException("after 5 s"),
        new UnknownHostException("trino"),
        new NoRouteToHostException("none"));
  }

  @ParameterizedTest
  @MethodSource("unreachable")
  void answers503WhereTheClusterCannotBeReached(Exception exception) {
    assertPassing(exception, HttpStatus.SERVICE_UNAVAILABLE, UNREACHABLE);
  }

  static Stream<Exception> busy() {
    return Stream.of(
        new PoolAcquireTimeoutException(Duration.ofSeconds(1)),
        new PoolAcquirePendingLimitException(3));
  }

  @ParameterizedTest
  @MethodSource("busy")
  void answers503WhereNoConnectionIsFree(Exception exception) {
    assertPassing(exception, HttpStatus.SERVICE_UNAVAILABLE, BUSY);
  }

  static Stream<Exception> slow() {
    return Stream.of(
        ReadTimeoutException.INSTANCE,
        new TimeoutException(),
        new ResponseStatusException(HttpStatus.GATEWAY_TIMEOUT, "slow", new TimeoutException()));
  }

  @ParameterizedTest
  @MethodSource("slow")
  void answers504WhereTheClusterIsSilent(Exception exception) {
    assertPassing(exception, HttpStatus.GATEWAY_TIMEOUT, SLOW);
  }

  static Stream<Exception> broken() {
    return Stream.of(
        new IOException("Connection reset by peer"),
        new SocketException("broken pipe"),
        new SSLHandshakeException("no trust"),
        PrematureCloseException.TEST_EXCEPTION);
  }

  @ParameterizedTest
  @MethodSource("broken")
  void answers502WhereTheConnectionBreaks(Exception exception) {
    assertPassing(exception, HttpStatus.BAD_GATEWAY, BROKEN);
  }

  @Test
  void looksAtCauses() {
    assertPassing(
        Exceptions.propagate(new IllegalStateException(new ConnectException("10.1.2.3:8080"))),
        HttpStatus.SERVICE_UNAVAILABLE,
        UNREACHABLE);
  }

  static Stream<Exception> notFound() {
    return Stream.of(
        new ResponseStatusException(HttpStatus.NOT_FOUND, "secret"),
        new NoResourceFoundException(URI.create("/secret"), "secret"));
  }

  @ParameterizedTest
  @MethodSource("notFound")
  void answers404WithNothingOfTheException(Exception exception) {
    assertThat(mapping.map(exception))
        .isEqualTo(new Failure(HttpStatus.NOT_FOUND, "this path is not served", null, null));
  }

  @ParameterizedTest
  @EnumSource(
      value = HttpStatus.class,
      names = {
        "BAD_REQUEST",
        "METHOD_NOT_ALLOWED",
        "NOT_ACCEPTABLE",
        "UNSUPPORTED_MEDIA_TYPE",
        "CONFLICT"
      })
  void keepsTheStatusButNotTheReasonOfTheFramework(HttpStatus status) {
    Failure failure =
        Objects.requireNonNull(mapping.map(new ResponseStatusException(status, "secret")));

    assertThat(failure.status()).isEqualTo(status);
    assertThat(failure.detail()).isNotBlank().doesNotContain("secret");
  }

  static Stream<Throwable> unforeseen() {
    return Stream.of(
        new IllegalStateException("a bug"),
        new NullPointerException(),
        new ResponseStatusException(HttpStatus.INTERNAL_SERVER_ERROR),
        new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE),
        new DecodingException("a bug"),
        new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("unforeseen")
  void foreseesNothingElse(Throwable exception) {
    assertThat(mapping.map(exception)).isNull();
  }

  private Failure refused(Reason reason, String detail) {
    return Objects.requireNonNull(
        mapping.map(new RefusedException(Refusal.of(reason, detail, "acme"))));
  }

  private void assertPassing(Exception exception, HttpStatus status, String detail) {
    assertThat(mapping.map(exception))
        .isEqualTo(new Failure(status, detail, null, Duration.ofSeconds(1)));
  }
}
