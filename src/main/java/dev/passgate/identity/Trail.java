package dev.passgate.identity;

/** Told which checks a credential passed. The one that it did not pass is the refusal's reason. */
@FunctionalInterface
public interface Trail {

  /** For everybody who does not want to know. */
  Trail NONE = _ -> {};

  /** A check was passed. May be told twice, where a check is made twice. */
  void passed(Check check);
}
