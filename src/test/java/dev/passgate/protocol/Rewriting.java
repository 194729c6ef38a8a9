package dev.passgate.protocol;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Runs the rewriter over bytes cut into chunks, and puts together what leaves it. */
final class Rewriting {

  static final OriginMapping MAPPING =
      new OriginMapping(Origin.parse("http://trino:8080"), Origin.parse("https://gateway.example"));

  /** What buffers the chunks come in; each gives the indexes of a chunk a different meaning. */
  enum Memory {
    HEAP {
      @Override
      ByteBuffer buffer(byte[] bytes, int from, int to) {
        return ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to));
      }
    },
    HEAP_SLICE {
      @Override
      ByteBuffer buffer(byte[] bytes, int from, int to) {
        byte[] padded = new byte[to - from + 9];
        Arrays.fill(padded, (byte) '"');
        System.arraycopy(bytes, from, padded, 5, to - from);
        return ByteBuffer.wrap(padded).slice(3, to - from + 4).position(2).limit(to - from + 2);
      }
    },
    DIRECT {
      @Override
      ByteBuffer buffer(byte[] bytes, int from, int to) {
        return ByteBuffer.allocateDirect(to - from + 7)
            .position(3)
            .put(bytes, from, to - from)
            .limit(to - from + 3)
            .position(3);
      }
    },
    READ_ONLY {
      @Override
      ByteBuffer buffer(byte[] bytes, int from, int to) {
        return HEAP_SLICE.buffer(bytes, from, to).asReadOnlyBuffer();
      }
    };

    abstract ByteBuffer buffer(byte[] bytes, int from, int to);
  }

  /** Checks what the contract says about the calls, and collects the bytes. */
  static final class Collector implements JsonUriRewriter.Output {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private ByteBuffer chunk = ByteBuffer.allocate(0);
    private int passed;
    final List<String> calls = new ArrayList<>();

    void chunk(ByteBuffer next) {
      chunk = next;
      passed = next.position();
    }

    @Override
    public void pass(int start, int end) {
      if (start < passed || end <= start || end > chunk.limit()) {
        throw new AssertionError("pass(" + start + ", " + end + ") after " + passed);
      }
      passed = end;
      byte[] bytes = new byte[end - start];
      chunk.get(start, bytes);
      out.writeBytes(bytes);
      calls.add("pass");
    }

    @Override
    public void insert(byte[] bytes, int offset, int length) {
      out.write(bytes, offset, length);
      calls.add("insert");
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  private Rewriting() {}

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static String whole(String text) {
    return new String(whole(bytes(text)), StandardCharsets.UTF_8);
  }

  static byte[] whole(byte[] input) {
    return cut(input, Memory.HEAP);
  }

  /** The output for an input cut before each of the given indexes, which ascend. */
  static byte[] cut(byte[] input, Memory memory, int... cuts) {
    return cut(input, MAPPING, memory, cuts);
  }

  static byte[] cut(byte[] input, UriMapping mapping, Memory memory, int... cuts) {
    JsonUriRewriter rewriter = JsonUriRewriter.forQueryResults(mapping);
    Collector collector = new Collector();
    int from = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i < cuts.length ? cuts[i] : input.length;
      ByteBuffer chunk = memory.buffer(input, from, to);
      int position = chunk.position();
      collector.chunk(chunk);
      rewriter.rewrite(chunk, collector);
      if (chunk.position() != position || chunk.remaining() != to - from) {
        throw new AssertionError("the chunk's position or limit moved");
      }
      from = to;
    }
    rewriter.finish(collector);
    return collector.bytes();
  }

  static int[] everyByte(int length) {
    int[] cuts = new int[Math.max(0, length - 1)];
    Arrays.setAll(cuts, i -> i + 1);
    return cuts;
  }

  /** Cuts in ascending order, some of them equal, which makes empty chunks. */
  static int[] randomCuts(int length, Random random) {
    int[] cuts = new int[1 + random.nextInt(12)];
    Arrays.setAll(cuts, i -> random.nextInt(length + 1));
    Arrays.sort(cuts);
    return cuts;
  }
}
