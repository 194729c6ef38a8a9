package dev.passgate.testing.issuer;

import java.net.URI;
import java.time.Duration;

/** How an endpoint misbehaves until it is healed. */
public sealed interface Fault {

  /** Answers with a status and no useful body. */
  record Status(int code) implements Fault {}

  /** Answers 200 with something else than was asked for. */
  record Body(String text) implements Fault {}

  /** Answers 200 with a text of another type than JSON. */
  record Typed(String contentType, String text) implements Fault {}

  /** Sends to somewhere else. */
  record Redirect(URI target) implements Fault {}

  /** Answers as it should, later. */
  record Delay(Duration time) implements Fault {}

  /** Takes the request and never answers, until it is healed or closed. */
  record Hang() implements Fault {}

  /** Closes the connection without an answer. */
  record Disconnect() implements Fault {}
}
