package dev.passgate.protocol;

import static dev.passgate.protocol.Rewriting.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class StreamingTest {

  private static final long PAGES = 1024;
  private static final long MAX_ALLOCATED = 16L << 20;

  /** Adds up what leaves, without keeping it. */
  private static final class Sum implements JsonUriRewriter.Output {
    private final CRC32C checksum = new CRC32C();
    private ByteBuffer view = ByteBuffer.allocate(0);
    private long length;

    void chunk(ByteBuffer chunk) {
      view = chunk.duplicate();
    }

    @Override
    public void pass(int start, int end) {
      checksum.update(view.limit(end).position(start));
      length += end - start;
    }

    @Override
    public void insert(byte[] bytes, int offset, int length) {
      checksum.update(bytes, offset, length);
      this.length += length;
    }
  }

  @Test
  void holdsNothingOfAGigabyteOfRows() {
    String row = "[42,\"http://trino:8080/\\\"\",{\"nextUri\":\"http://trino:8080/x\"},\"é]\"],";
    byte[] page = bytes(row.repeat((1 << 20) / bytes(row).length));
    ByteBuffer memory = ByteBuffer.allocateDirect(page.length).put(page).flip();
    byte[] head = bytes("{\"nextUri\":\"http://trino:8080/a\",\"data\":[");
    byte[] tail = bytes("[]],\"infoUri\":\"http://trino:8080/b\"}");
    Sum actual = new Sum();
    JsonUriRewriter rewriter = JsonUriRewriter.forQueryResults(Rewriting.MAPPING);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().threadId();
    long before = threads.getThreadAllocatedBytes(thread);

    rewrite(rewriter, ByteBuffer.wrap(head), actual);
    for (long i = 0; i < PAGES; i++) {
      // Cut elsewhere every time, so that strings and escapes lie across the chunks.
      int at = (int) (i * 977 % page.length);
      rewrite(rewriter, memory.duplicate().limit(at), actual);
      rewrite(rewriter, memory.duplicate().position(at), actual);
    }
    rewrite(rewriter, ByteBuffer.wrap(tail), actual);
    rewriter.finish(actual);

    assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(MAX_ALLOCATED);
    Sum expected = new Sum();
    byte[] newHead = bytes("{\"nextUri\":\"https://gateway.example/a\",\"data\":[");
    byte[] newTail = bytes("[]],\"infoUri\":\"https://gateway.example/b\"}");
    expected.insert(newHead, 0, newHead.length);
    for (long i = 0; i < PAGES; i++) {
      expected.insert(page, 0, page.length);
    }
    expected.insert(newTail, 0, newTail.length);
    assertThat(actual.length).isEqualTo(expected.length).isGreaterThan(1_000_000_000L);
    assertThat(actual.checksum.getValue()).isEqualTo(expected.checksum.getValue());
  }

  private static void rewrite(JsonUriRewriter rewriter, ByteBuffer chunk, Sum sum) {
    sum.chunk(chunk);
    rewriter.rewrite(chunk, sum);
  }
}
