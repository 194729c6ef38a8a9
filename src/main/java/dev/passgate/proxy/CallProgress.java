package dev.passgate.proxy;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;

/** How far one try to have a request answered by a cluster got. */
final class CallProgress {

  private final AtomicBoolean sent = new AtomicBoolean();
  private volatile boolean answered;
  private volatile @Nullable Channel channel;
  private volatile @Nullable LeasedConnection leased;

  /** A connection is there; called on its event loop before the request is written. */
  void begun(Connection connection) {
    channel = connection.channel();
    SentMark.expect(connection.channel(), sent);
  }

  /** The head of the answer is there; whoever reads its body closes the connection if it leaves. */
  LeasedConnection answered(Connection connection) {
    answered = true;
    LeasedConnection held = new LeasedConnection(connection);
    leased = held;
    return held;
  }

  /** What a failure of the call stands for. */
  Setback setback(Throwable failure) {
    return answered ? Setback.OTHER : Setback.of(failure, sent.get());
  }

  /** The heads of answers, of which one that comes as who waits for it leaves is closed. */
  <T> Flux<T> watched(Flux<T> heads) {
    return heads.doOnCancel(this::release).cancelOn(loop());
  }

  /**
   * The client left as the head came: too late for Reactor Netty, which has handed the answer over,
   * and too early for who would write it.
   */
  private void release() {
    LeasedConnection held = leased;
    if (held != null) {
      held.dispose();
    }
  }

  /**
   * Where a client's leaving ends the call: for the reason that {@link LeasedConnection} has, the
   * event loop of the connection, once there is one.
   */
  private Scheduler loop() {
    return Schedulers.fromExecutor(
        task -> {
          Channel used = channel;
          if (used == null) {
            task.run();
          } else {
            used.eventLoop().execute(task);
          }
        });
  }
}
