package dev.passgate.identity.issuer;

import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import dev.passgate.identity.Refusal;
import dev.passgate.identity.Refusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;

/** What is behind an exception. */
final class Causes {

  /** Chains of causes are a few long; one that is a ring never ends. */
  private static final int MAX_DEPTH = 16;

  private Causes() {}

  /**
   * The refusal that an exception stands for, however often it was wrapped.
   *
   * @return null where it stands for none, which is a mistake of ours
   */
  static @Nullable Refusal refusal(Throwable failure, @Nullable String issuer) {
    List<Throwable> chain = chain(failure);
    for (Throwable cause : chain) {
      if (cause instanceof RefusedTokenException refused) {
        return refused.refusal();
      }
    }
    for (Throwable cause : chain) {
      if (cause instanceof BadJWSException) {
        return new Refusal(Reason.BAD_SIGNATURE, "the token's signature is wrong", issuer, null);
      }
      if (cause instanceof BadJOSEException) {
        return new Refusal(
            Reason.UNKNOWN_KEY, "no key of the issuer is for this token", issuer, null);
      }
    }
    boolean bad =
        chain.stream()
            .anyMatch(
                cause ->
                    cause instanceof BadJwtException
                        || cause instanceof InvalidBearerTokenException);
    return bad
        ? new Refusal(Reason.MALFORMED_TOKEN, "the token is not a proper JWT", issuer, null)
        : null;
  }

  /**
   * What is to be logged of an exception that a token may have caused: types and the place, since
   * messages of libraries quote what they choked on.
   */
  static String withoutMessages(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause : chain(failure)) {
      text.append(text.isEmpty() ? "" : " < ").append(cause.getClass().getName());
      StackTraceElement[] trace = cause.getStackTrace();
      if (trace.length > 0) {
        text.append(" at ").append(trace[0]);
      }
    }
    return text.toString();
  }

  /** Why a provider's document could not be had. Nothing of it comes from a token. */
  static String ofFetch(Throwable failure) {
    return switch (failure) {
      case ProviderException e -> String.valueOf(e.getMessage());
      case TimeoutException e -> "the provider took too long";
      default -> failure.toString();
    };
  }

  private static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && chain.size() < MAX_DEPTH;
        cause = cause.getCause()) {
      chain.add(cause);
    }
    return chain;
  }
}
