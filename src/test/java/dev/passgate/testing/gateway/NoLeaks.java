package dev.passgate.testing.gateway;

import dev.passgate.testing.BesideOthers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails the tests in which a buffer was not released. Applied to every class. A look collects the
 * garbage of the whole run, so that there is not one after each class: a class that took little
 * time is looked at with the next, and the last ones when all have run. A leak names where its
 * buffer was made and touched, whichever class it is told with.
 */
public final class NoLeaks implements BeforeAllCallback, AfterAllCallback {

  private static final long COLLECTION_MILLIS = 2_000;
  private static final long BETWEEN_LOOKS_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What a collection finds is handed on in any order, all of it in less than a millisecond. */
  private static final long HANDED_ON_MILLIS = 20;

  /** How many buffers there had been when the last were looked for, with those made for that. */
  private static long lookedAt;

  private static long lastLookNanos = System.nanoTime();

  /** Looks when every class of the run has ended. */
  private record LastLook() implements AutoCloseable {

    @Override
    public void close() {
      lookedAt = -1; // what was still in use at the last look may be garbage now
      failOnLeaks();
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    context
        .getRoot()
        .getStore(Namespace.create(NoLeaks.class))
        .computeIfAbsent(LastLook.class, type -> new LastLook());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (!Boolean.getBoolean("passgate.leaks.watched")) {
      throw new IllegalStateException("the leak detector of the tests is not in place");
    }
    if (context.getRequiredTestClass().isAnnotationPresent(BesideOthers.class)) {
      // Its gateway is another process, and what is found here may be of the class beside it.
      return;
    }
    if (System.nanoTime() - lastLookNanos >= BETWEEN_LOOKS_NANOS) {
      failOnLeaks();
    }
  }

  private static void failOnLeaks() {
    String leaks;
    try {
      leaks = look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while looking for leaks", e);
    }
    lastLookNanos = System.nanoTime();
    if (!leaks.isEmpty()) {
      throw new AssertionError("buffers were not released:\n" + leaks);
    }
  }

  private static String look() throws InterruptedException {
    // Most classes of the unit tests make no buffer at all, and then there is nothing to look for.
    long tracked = RecordingLeakDetector.tracked();
    if (tracked != lookedAt) {
      lookForLeaks();
      lookedAt = tracked + 1;
    }
    return RecordingLeakDetector.drain();
  }

  /** What comes too late for this look is found by the next one. */
  private static void lookForLeaks() throws InterruptedException {
    collectGarbage();
    Thread.sleep(HANDED_ON_MILLIS);
    // Netty looks for buffers that are gone whenever it makes one.
    ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(1);
    buffer.release();
  }

  /** Returns when the collector has enqueued an object that became garbage before it ran. */
  private static void collectGarbage() throws InterruptedException {
    ReferenceQueue<Object> queue = new ReferenceQueue<>();
    PhantomReference<Object> sentinel = new PhantomReference<>(new Object(), queue);
    System.gc();
    if (!sentinel.equals(queue.remove(COLLECTION_MILLIS))) {
      throw new IllegalStateException("the garbage collector did not run");
    }
  }
}
