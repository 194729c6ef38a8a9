package dev.passgate.soak;

/** One kind of client. */
@FunctionalInterface
interface Client {

  /**
   * One exchange, with all that an answer must be.
   *
   * @param attempt to be told what is known of it on the way
   * @throws AssertionError where an answer is not what it must be
   * @throws Exception where there is none
   */
  void exchange(Attempt attempt) throws Exception;
}
