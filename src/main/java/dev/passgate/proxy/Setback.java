package dev.passgate.proxy;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslClosedEngineException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import reactor.netty.channel.AbortedException;

/**
 * What became of a request to a cluster that got no answer, as far as a repetition is concerned.
 */
enum Setback {
  /** The cluster refused or reset the connection before the request was sent. */
  REFUSED,
  /**
   * No connection to the cluster could be made in another way: it has no name, or the wrong one.
   */
  UNREACHABLE,
  /** A connection from the pool was found closed before the request was sent. */
  STALE,
  /** The connection broke after the request was sent: nobody knows whether it was served. */
  BROKEN,
  /** Silence, nonsense, a limit, or a fault of the client's. */
  OTHER;

  /**
   * Reads it from the failure.
   *
   * @param sent whether the whole head of the request was given to the operating system
   */
  static Setback of(Throwable failure, boolean sent) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Setback setback = ofOne(cause, sent);
      if (setback != OTHER) {
        return setback;
      }
    }
    return OTHER;
  }

  private static Setback ofOne(Throwable cause, boolean sent) {
    if (sent) {
      return cause instanceof IOException || cause instanceof AbortedException ? BROKEN : OTHER;
    }
    return switch (cause) {
      case ConnectTimeoutException _, UnknownHostException _, NoRouteToHostException _ ->
          UNREACHABLE;
      case ConnectException _ -> REFUSED;
      // The other side ended the TLS of a connection that was made before.
      case SslClosedEngineException _ -> STALE;
      case SSLException _ -> UNREACHABLE;
      case IOException _, AbortedException _ -> STALE;
      default -> OTHER;
    };
  }
}
