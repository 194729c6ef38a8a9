package dev.passgate.failure;

import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import reactor.netty.channel.AbortedException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/** From exceptions to what a client is told. Trino's clients retry 502, 503 and 504 only. */
public final class FailureMapping {

  private static final Duration SOON = Duration.ofSeconds(1);

  private final HttpStatus unauthenticated;

  FailureMapping(FailureProperties properties) {
    this.unauthenticated = HttpStatus.valueOf(properties.failureStatus());
  }

  /** What a client would be told of an exception in a line, or null if nobody foresaw it. */
  public @Nullable String words(Throwable exception) {
    Failure failure = map(exception);
    return failure == null ? null : failure.detail();
  }

  /** The failure that an exception stands for, or null if it is one that nobody foresaw. */
  @Nullable Failure map(Throwable exception) {
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      Failure failure = mapOne(cause);
      if (failure != null) {
        return failure;
      }
    }
    return null;
  }

  private @Nullable Failure mapOne(Throwable cause) {
    return switch (cause) {
      case RefusedException refused -> refusal(refused.refusal());
      case RequestException request ->
          Failure.of(request.status(), Objects.requireNonNull(request.getMessage()));
      case StatementException statement ->
          new Failure(
              statement.status(),
              Objects.requireNonNull(statement.getMessage()),
              null,
              null,
              statement.members());
      case ClusterException cluster ->
          Failure.passing(cluster.status(), Objects.requireNonNull(cluster.getMessage()), SOON);
      case ConnectTimeoutException _,
          ConnectException _,
          UnknownHostException _,
          NoRouteToHostException _ ->
          Failure.passing(
              HttpStatus.SERVICE_UNAVAILABLE, "the Trino cluster cannot be reached", SOON);
      case PoolAcquireTimeoutException _, PoolAcquirePendingLimitException _ ->
          Failure.passing(
              HttpStatus.SERVICE_UNAVAILABLE,
              "too many requests to the Trino cluster are under way",
              SOON);
      case ReadTimeoutException _, TimeoutException _ ->
          Failure.passing(
              HttpStatus.GATEWAY_TIMEOUT, "the Trino cluster took too long to answer", SOON);
      case ResponseStatusException status -> byStatus(status);
      case IOException _, AbortedException _ ->
          Failure.passing(
              HttpStatus.BAD_GATEWAY, "the connection to the Trino cluster broke", SOON);
      default -> null;
    };
  }

  private static @Nullable Failure byStatus(ResponseStatusException exception) {
    HttpStatus status = HttpStatus.resolve(exception.getStatusCode().value());
    if (status == null || status.is5xxServerError()) {
      return null;
    }
    return Failure.of(
        status,
        switch (status) {
          case NOT_FOUND -> "this path is not served";
          case METHOD_NOT_ALLOWED -> "this method is not served here";
          case UNSUPPORTED_MEDIA_TYPE -> "this content type is not served here";
          case NOT_ACCEPTABLE -> "none of the accepted content types is served here";
          default -> "the request is not one that can be served";
        });
  }

  private Failure refusal(Refusal refusal) {
    return switch (refusal.reason().kind()) {
      case UNAUTHENTICATED ->
          new Failure(
              unauthenticated,
              refusal.detail(),
              unauthenticated == HttpStatus.UNAUTHORIZED ? challenge(refusal) : null,
              null);
      case FORBIDDEN ->
          new Failure(HttpStatus.FORBIDDEN, refusal.detail(), scopeChallenge(refusal), null);
      case LIMITED ->
          Failure.passing(
              HttpStatus.TOO_MANY_REQUESTS,
              refusal.detail(),
              Objects.requireNonNullElse(refusal.retryAfter(), SOON));
      case UNAVAILABLE ->
          Failure.passing(
              HttpStatus.SERVICE_UNAVAILABLE,
              refusal.detail(),
              Objects.requireNonNullElse(refusal.retryAfter(), SOON));
    };
  }

  /** RFC 6750, section 3: tells a client which scopes to ask for. */
  private static @Nullable String scopeChallenge(Refusal refusal) {
    return refusal.scope() == null
        ? null
        : "Bearer realm=\"passgate\", error=\"insufficient_scope\", scope=\""
            + refusal.scope()
            + "\"";
  }

  /** RFC 6750, section 3.1: no error code for a request without a credential. */
  private static String challenge(Refusal refusal) {
    if (refusal.reason() == Reason.NO_CREDENTIAL || refusal.reason() == Reason.UNSUPPORTED_SCHEME) {
      return "Bearer realm=\"passgate\"";
    }
    return "Bearer realm=\"passgate\", error=\"invalid_token\", error_description=\""
        + refusal.detail().replace('"', '\'').replace('\\', '/')
        + "\"";
  }
}
