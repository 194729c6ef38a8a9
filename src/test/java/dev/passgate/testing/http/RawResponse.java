package dev.passgate.testing.http;

/**
 * A response as it came over the wire.
 *
 * @param head its bytes up to and with the empty line, one character a byte
 * @param body its content, one character a byte; of a chunked body without the framing
 */
public record RawResponse(String head, String body) implements HttpMessage {

  public int status() {
    return Integer.parseInt(startLine().split(" ", -1)[1]);
  }
}
