package dev.passgate.identity;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;

/**
 * What fails after it was given up, because it took too long or the gateway stops: nobody waits for
 * it any more, and it is no error to tell of.
 */
public final class LateFailures {

  private static final Logger log = LoggerFactory.getLogger(LateFailures.class);

  /**
   * Where {@code reactor.core.publisher.Operators#onErrorDropped} looks before it logs an error.
   */
  private static final String KEY = "reactor.onErrorDropped.local";

  private static final Context IGNORED = Context.of(KEY, (Consumer<Throwable>) LateFailures::tell);

  private LateFailures() {}

  /** For {@code Mono.contextWrite} of work that may be given up. */
  public static Context ignored() {
    return IGNORED;
  }

  private static void tell(Throwable failure) {
    log.atDebug().setCause(failure).log("something failed after it was given up");
  }
}
