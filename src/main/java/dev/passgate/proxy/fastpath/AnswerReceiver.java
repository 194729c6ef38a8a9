package dev.passgate.proxy.fastpath;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponse;

/** Takes the answer to one request. Called on the event loop of the connection. */
interface AnswerReceiver {

  /** The head of the final answer has come. */
  void head(HttpResponse head);

  /**
   * A part of the body has come.
   *
   * @param part owned by the receiver
   */
  void part(ByteBuf part);

  /** The answer is whole. */
  void end();

  /** What had come was told. More is read only when the connection is asked for it. */
  void paused();

  /**
   * There is no answer, or no more of it, and the connection is closed. Is told once, and nothing
   * is told after it.
   */
  void failed(Throwable cause);
}
