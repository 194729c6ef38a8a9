package dev.passgate.testing.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What an origin writes: pieces of bytes, in order, with waits between them. Immutable. */
public final class OriginResponse {

  /** One thing that the origin does. */
  sealed interface Step {}

  /** One character a byte. */
  record Bytes(String bytes) implements Step {}

  record Gate(CountDownLatch latch) implements Step {}

  record Close() implements Step {}

  record Reset() implements Step {}

  private final List<Step> steps;

  private OriginResponse(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  List<Step> steps() {
    return steps;
  }

  /** Exactly these bytes, whatever they say. */
  public static OriginResponse raw(String bytes) {
    return new OriginResponse(List.of()).thenRaw(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** A response with a Content-Length; the header lines are written as given. */
  public static OriginResponse of(int status, String body, String... headerLines) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(head(status, headerLines, "Content-Length: " + bytes.length));
    out.writeBytes(bytes);
    return new OriginResponse(List.of()).thenRaw(out.toByteArray());
  }

  /** A 200 of application/json. */
  public static OriginResponse json(String body) {
    return of(200, body, "Content-Type: application/json");
  }

  /** The head of a chunked response; go on with {@link #thenChunk} and {@link #thenEnd}. */
  public static OriginResponse chunked(int status, String... headerLines) {
    return new OriginResponse(List.of())
        .thenRaw(head(status, headerLines, "Transfer-Encoding: chunked"));
  }

  public OriginResponse thenRaw(byte[] bytes) {
    return then(new Bytes(new String(bytes, StandardCharsets.ISO_8859_1)));
  }

  public OriginResponse thenChunk(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(
        (Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(bytes);
    out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    return thenRaw(out.toByteArray());
  }

  /** The last chunk. */
  public OriginResponse thenEnd() {
    return thenRaw("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  /** Goes on when the latch is open. */
  public OriginResponse thenAwait(CountDownLatch latch) {
    return then(new Gate(latch));
  }

  /** Closes the connection. */
  public OriginResponse thenClose() {
    return then(new Close());
  }

  /** Resets the connection. */
  public OriginResponse thenReset() {
    return then(new Reset());
  }

  private OriginResponse then(Step step) {
    List<Step> more = new ArrayList<>(steps);
    more.add(step);
    return new OriginResponse(more);
  }

  private static byte[] head(int status, String[] headerLines, String framing) {
    StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append(" Scripted\r\n");
    for (String line : headerLines) {
      head.append(line).append("\r\n");
    }
    head.append(framing).append("\r\n\r\n");
    return head.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
