package dev.passgate.protocol;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Bytes a second of a page of rows, in chunks as they come from a socket. */
@State(Scope.Thread)
public class RewriterBenchmark {

  private static final int PAGE_SIZE = 1 << 20;
  private static final int CHUNK_SIZE = 32 * 1024;

  @Param({"heap", "direct"})
  public String memory = "";

  private final byte[] page = page();

  /** What a Trino gave, the rows again and again, with white space behind it. */
  private static byte[] page() {
    try {
      List<String> lines = Files.readAllLines(Path.of("bench", "answers", "page.json"));
      String head = lines.getFirst().replace("@BASE@", "http://trino:8080");
      String rows = String.join("", lines.subList(1, lines.size() - 1));
      String tail = lines.getLast();
      StringBuilder text = new StringBuilder(PAGE_SIZE).append(head).append(rows);
      while (text.length() + rows.length() + tail.length() < PAGE_SIZE) {
        text.append(',').append(rows);
      }
      byte[] page = new byte[PAGE_SIZE];
      Arrays.fill(page, (byte) ' ');
      byte[] bytes = text.append(tail).toString().getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(bytes, 0, page, 0, bytes.length);
      return page;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Benchmark
  @OperationsPerInvocation(PAGE_SIZE)
  public void rewrite(Chunks chunks, Blackhole leaving) {
    JsonUriRewriter rewriter = JsonUriRewriter.forQueryResults(Rewriting.MAPPING);
    JsonUriRewriter.Output out = new Leaving(leaving);
    for (ByteBuffer chunk : chunks.of(page, memory)) {
      rewriter.rewrite(chunk, out);
    }
    rewriter.finish(out);
  }

  /** The page as it comes, made once. */
  @State(Scope.Thread)
  public static class Chunks {

    private ByteBuffer[] made = new ByteBuffer[0];

    ByteBuffer[] of(byte[] page, String memory) {
      if (made.length == 0) {
        made = new ByteBuffer[page.length / CHUNK_SIZE];
        for (int i = 0; i < made.length; i++) {
          ByteBuffer chunk =
              memory.equals("heap")
                  ? ByteBuffer.allocate(CHUNK_SIZE)
                  : ByteBuffer.allocateDirect(CHUNK_SIZE);
          made[i] = chunk.put(page, i * CHUNK_SIZE, CHUNK_SIZE).flip();
        }
      }
      return made;
    }
  }

  private record Leaving(Blackhole blackhole) implements JsonUriRewriter.Output {

    @Override
    public void pass(int start, int end) {
      blackhole.consume(end - start);
    }

    @Override
    public void insert(byte[] bytes, int offset, int length) {
      blackhole.consume(bytes);
    }
  }
}
