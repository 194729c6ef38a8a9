package dev.passgate.proxy;

import dev.passgate.routing.StatementClassifier;
import dev.passgate.routing.StatementKind;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/**
 * The begin of one body, held until it is known what the statement does. What is held is a copy,
 * and the buffers it came in go back at once, so that nothing is left to release on any path. For
 * one subscriber, one signal after another.
 */
final class PeekedStatement {

  private final StatementClassifier classifier;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private volatile @Nullable StatementKind kind;

  /** How much must be held before it is worth another look: twice as much as at the last. */
  private int nextLook = 1;

  PeekedStatement(StatementClassifier classifier) {
    this.classifier = classifier;
  }

  /**
   * The same bytes. The first buffer comes when the kind is known, after at most {@link
   * StatementClassifier#MAX_LENGTH} bytes and the rest of a buffer; an empty body just ends.
   */
  Flux<DataBuffer> peek(Flux<DataBuffer> body) {
    return body.handle(this::look).concatWith(Mono.defer(this::end));
  }

  /** What the statement does. To be asked once the first buffer came, or the end. */
  StatementKind kind() {
    StatementKind found = kind;
    return found == null ? StatementKind.OTHER : found;
  }

  private void look(DataBuffer buffer, SynchronousSink<DataBuffer> sink) {
    if (kind != null) {
      sink.next(buffer);
      return;
    }
    byte[] bytes = new byte[buffer.readableByteCount()];
    buffer.read(bytes);
    DataBufferUtils.release(buffer);
    held.writeBytes(bytes);
    if (held.size() < nextLook) {
      return;
    }
    nextLook = Math.min(2 * held.size(), StatementClassifier.MAX_LENGTH);
    kind = classify(false);
    if (kind == null && held.size() >= StatementClassifier.MAX_LENGTH) {
      kind = StatementKind.OTHER;
    }
    if (kind != null) {
      sink.next(taken());
    }
  }

  /** Of a body whose kind takes all of it to tell. */
  private Mono<DataBuffer> end() {
    if (kind != null) {
      return Mono.empty();
    }
    kind = classify(true);
    return held.size() == 0 ? Mono.empty() : Mono.just(taken());
  }

  private @Nullable StatementKind classify(boolean whole) {
    return classifier.classify(held.toString(StandardCharsets.UTF_8), whole);
  }

  private DataBuffer taken() {
    DataBuffer all = DefaultDataBufferFactory.sharedInstance.wrap(held.toByteArray());
    held.reset();
    return all;
  }
}
