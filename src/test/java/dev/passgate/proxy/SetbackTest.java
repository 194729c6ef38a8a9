package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslClosedEngineException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import reactor.netty.channel.AbortedException;

final class SetbackTest {

  @Test
  void tellsWhatNeverLeftFromWhatMayHaveBeenServed() {
    assertThat(Setback.of(new ConnectException("refused"), false)).isEqualTo(Setback.REFUSED);
    assertThat(Setback.of(new ConnectTimeoutException("late"), false))
        .isEqualTo(Setback.UNREACHABLE);
    assertThat(Setback.of(new UnknownHostException("who"), false)).isEqualTo(Setback.UNREACHABLE);
    assertThat(Setback.of(new SSLHandshakeException("whose"), false))
        .isEqualTo(Setback.UNREACHABLE);
    assertThat(Setback.of(AbortedException.beforeSend(), false)).isEqualTo(Setback.STALE);
    assertThat(Setback.of(new IOException("Connection reset by peer"), true))
        .isEqualTo(Setback.BROKEN);
    assertThat(Setback.of(new SSLHandshakeException("bad certificate"), true))
        .isEqualTo(Setback.BROKEN);
  }

  /** Whatever it is called: what was sent may run, and a statement is not run twice. */
  @Test
  void takesNothingThatWasSentForRefused() {
    assertThat(Setback.of(new ConnectException("refused"), true)).isEqualTo(Setback.BROKEN);
    assertThat(Setback.of(new NoRouteToHostException("gone"), true)).isEqualTo(Setback.BROKEN);
  }

  @Test
  void takesTlsThatHasEndedForAConnectionFoundClosed() {
    assertThat(Setback.of(new SslClosedEngineException("SSLEngine closed already"), false))
        .isEqualTo(Setback.STALE);
  }

  @Test
  void looksForTheCause() {
    assertThat(Setback.of(new IllegalStateException(new IOException("reset")), true))
        .isEqualTo(Setback.BROKEN);
  }

  @Test
  void takesSilenceForNoBrokenConnection() {
    assertThat(Setback.of(ReadTimeoutException.INSTANCE, true)).isEqualTo(Setback.OTHER);
  }
}
