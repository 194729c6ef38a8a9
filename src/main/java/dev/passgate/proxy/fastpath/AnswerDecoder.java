package dev.passgate.proxy.fastpath;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Decodes answers to GETs, and tells whether anything is left after one. */
final class AnswerDecoder extends HttpResponseDecoder {

  private boolean begun;

  AnswerDecoder(HttpDecoderConfig config) {
    super(config);
  }

  /** A status line has come. */
  @Override
  protected HttpMessage createMessage(String[] initialLine) {
    begun = true;
    return super.createMessage(initialLine);
  }

  /** The head of an answer has come. */
  void headCame() {
    begun = false;
  }

  /** Whether no byte has come after the last answer, in lines or before the end of one. */
  boolean isEmpty() {
    return actualReadableBytes() == 0 && !begun;
  }
}
