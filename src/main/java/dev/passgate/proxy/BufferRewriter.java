package dev.passgate.proxy;

import dev.passgate.protocol.JsonUriRewriter;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;

/**
 * Applies the rewriter to the buffers of one answer. A buffer in which nothing changes is passed on
 * as it is; of another one a changed copy is.
 */
public final class BufferRewriter {

  private final JsonUriRewriter rewriter;
  private final DataBufferFactory buffers;

  BufferRewriter(JsonUriRewriter rewriter, DataBufferFactory buffers) {
    this.rewriter = rewriter;
    this.buffers = buffers;
  }

  /**
   * The next buffer of the answer, or null where nothing of it can leave yet.
   *
   * @param buffer owned by this method: returned, or released
   */
  public @Nullable DataBuffer next(DataBuffer buffer) {
    Copy copy = new Copy();
    boolean forwarded = false;
    try (DataBuffer.ByteBufferIterator chunks = buffer.readableByteBuffers()) {
      while (chunks.hasNext()) {
        ByteBuffer chunk = chunks.next();
        copy.begin(chunk, !chunks.hasNext());
        rewriter.rewrite(chunk, copy);
      }
      forwarded = copy.isWhole();
      return forwarded ? buffer : copy.take();
    } finally {
      if (!forwarded) {
        DataBufferUtils.release(buffer);
        copy.release();
      }
    }
  }

  /** What was held back until the end, or null. */
  public @Nullable DataBuffer last() {
    Copy copy = new Copy();
    try {
      rewriter.finish(copy);
      return copy.take();
    } finally {
      copy.release();
    }
  }

  /** Collects what leaves of one buffer; copies nothing while that is the whole of it. */
  private final class Copy implements JsonUriRewriter.Output {

    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private boolean single;
    private boolean whole;
    private @Nullable DataBuffer target;

    void begin(ByteBuffer next, boolean last) {
      single = last && target == null && chunk.limit() == 0;
      chunk = next;
    }

    boolean isWhole() {
      return whole;
    }

    @Override
    public void pass(int start, int end) {
      // Not where something was inserted before it: what was held back of the buffer before.
      if (single && target == null && start == chunk.position() && end == chunk.limit()) {
        whole = true;
        return;
      }
      target(end - start).write(chunk.slice(start, end - start));
    }

    @Override
    public void insert(byte[] bytes, int offset, int length) {
      target(length).write(bytes, offset, length);
    }

    private DataBuffer target(int more) {
      if (target == null) {
        target = buffers.allocateBuffer(chunk.remaining() + more);
      }
      return target;
    }

    @Nullable DataBuffer take() {
      DataBuffer taken = target;
      target = null;
      return taken;
    }

    void release() {
      DataBufferUtils.release(target);
      target = null;
    }
  }
}
