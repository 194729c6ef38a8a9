package dev.passgate.proxy.fastpath;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpResponseDecoder;

/** Decodes answers to GETs, and tells whether bytes are left after one. */
final class AnswerDecoder extends HttpResponseDecoder {

  AnswerDecoder(HttpDecoderConfig config) {
    super(config);
  }

  boolean isEmpty() {
    return actualReadableBytes() == 0;
  }
}
