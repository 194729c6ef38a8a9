package dev.passgate.testing;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Work beside that of a test. Each piece has a thread of its own: the common pool has a single one
 * where there are two cores, and what waits for a server to start would hold it up.
 */
public final class Background {

  private Background() {}

  /** Begins to make something. */
  public static <T> CompletableFuture<T> begin(Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, Background::execute);
  }

  /** Begins to do something. */
  public static CompletableFuture<Void> run(Runnable work) {
    return CompletableFuture.runAsync(work, Background::execute);
  }

  private static void execute(Runnable work) {
    Thread.ofPlatform().daemon().name("background").start(work);
  }
}
