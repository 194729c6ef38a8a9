package dev.passgate.proxy;

import dev.passgate.routing.StatementClassifier;
import dev.passgate.routing.StatementKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;

/**
 * One body of which the begin is held until it is known what the statement does. What is held is a
 * copy, and the buffers it came in go back at once, so that nothing is left to release on any path.
 *
 * <p>The client's thread brings the body, and the one of the connection to the cluster asks for it.
 * {@code Flux.switchOnFirst} was tried in its place: with the two on different threads, about one
 * of a hundred small bodies never ended.
 */
final class PeekedStatement implements CoreSubscriber<DataBuffer> {

  private final StatementClassifier classifier;
  private final Sinks.One<StatementKind> kind = Sinks.one();
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  /** How much must be held before it is worth another look: twice as much as at the last. */
  private int nextLook = 1;

  /** Whether the kind was told, and the rest of the body waits to be asked for. */
  private boolean told;

  private volatile @Nullable Subscription client;

  // All below is guarded by this.
  private @Nullable CoreSubscriber<? super DataBuffer> cluster;
  private @Nullable Throwable failure;
  private boolean taken;
  private boolean ended;
  private boolean cancelled;

  /** What the cluster asked for before it was known to be there. */
  private long asked;

  PeekedStatement(StatementClassifier classifier) {
    this.classifier = classifier;
  }

  /**
   * Begins to read a body. To be called once.
   *
   * @return what the statement does, after at most {@link StatementClassifier#MAX_LENGTH} bytes and
   *     the rest of a buffer; fails as the body does
   */
  Mono<StatementKind> peek(Flux<DataBuffer> body) {
    body.subscribe(this);
    return kind.asMono();
  }

  /** The same bytes, for one reader. To be asked for once the kind is known. */
  Flux<DataBuffer> body() {
    Flux<DataBuffer> rest =
        new Flux<>() {
          @Override
          public void subscribe(CoreSubscriber<? super DataBuffer> reader) {
            attach(reader);
          }
        };
    return held.size() == 0
        ? rest
        : Flux.concat(
            Mono.fromSupplier(
                () -> DefaultDataBufferFactory.sharedInstance.wrap(held.toByteArray())),
            rest);
  }

  /** Takes no more of the body, where there is more. */
  void close() {
    synchronized (this) {
      if (ended || cancelled) {
        return;
      }
      cancelled = true;
    }
    Subscription source = client;
    if (source != null) {
      source.cancel();
    }
  }

  @Override
  public void onSubscribe(Subscription source) {
    client = source;
    boolean late;
    synchronized (this) {
      late = cancelled;
    }
    if (late) {
      source.cancel();
    } else {
      source.request(1);
    }
  }

  @Override
  public void onNext(DataBuffer buffer) {
    if (!told) {
      hold(buffer);
      return;
    }
    CoreSubscriber<? super DataBuffer> reader;
    synchronized (this) {
      reader = cluster;
    }
    if (reader == null) {
      DataBufferUtils.release(buffer);
    } else {
      reader.onNext(buffer);
    }
  }

  private void hold(DataBuffer buffer) {
    byte[] bytes = new byte[buffer.readableByteCount()];
    buffer.read(bytes);
    DataBufferUtils.release(buffer);
    held.writeBytes(bytes);
    if (held.size() >= nextLook) {
      nextLook = Math.min(2 * held.size(), StatementClassifier.MAX_LENGTH);
      StatementKind found = classify(false);
      if (found != null || held.size() >= StatementClassifier.MAX_LENGTH) {
        tell(found);
        return;
      }
    }
    Objects.requireNonNull(client).request(1);
  }

  @Override
  public void onError(Throwable problem) {
    CoreSubscriber<? super DataBuffer> reader;
    synchronized (this) {
      ended = true;
      failure = problem;
      reader = cluster;
    }
    if (!told) {
      told = true;
      var _ = kind.tryEmitError(problem);
    } else if (reader != null) {
      reader.onError(problem);
    }
  }

  @Override
  public void onComplete() {
    CoreSubscriber<? super DataBuffer> reader;
    synchronized (this) {
      ended = true;
      reader = cluster;
    }
    if (!told) {
      tell(classify(true));
    } else if (reader != null) {
      reader.onComplete();
    }
  }

  private @Nullable StatementKind classify(boolean whole) {
    return classifier.classify(held.toString(StandardCharsets.UTF_8), whole);
  }

  private void tell(@Nullable StatementKind found) {
    told = true;
    var _ = kind.tryEmitValue(found == null ? StatementKind.OTHER : found);
  }

  private void attach(CoreSubscriber<? super DataBuffer> reader) {
    synchronized (this) {
      if (taken) {
        Operators.error(reader, new IllegalStateException("a body is read once"));
        return;
      }
      taken = true;
    }
    reader.onSubscribe(new Demand());
    boolean over;
    Throwable problem;
    long first;
    synchronized (this) {
      cluster = reader;
      over = ended;
      problem = failure;
      first = asked;
    }
    if (problem != null) {
      reader.onError(problem);
    } else if (over) {
      reader.onComplete();
    } else if (first > 0) {
      Objects.requireNonNull(client).request(first);
    }
  }

  /** What the cluster says to the client. */
  private final class Demand implements Subscription {

    @Override
    public void request(long count) {
      synchronized (PeekedStatement.this) {
        if (cluster == null) {
          asked = Operators.addCap(asked, count);
          return;
        }
      }
      Objects.requireNonNull(client).request(count);
    }

    @Override
    public void cancel() {
      close();
    }
  }
}
