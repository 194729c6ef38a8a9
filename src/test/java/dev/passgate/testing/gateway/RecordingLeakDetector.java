package dev.passgate.testing.gateway;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakTracker;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Netty's leak detector, which also remembers what it finds. Netty makes it by the system property
 * {@code io.netty.customResourceLeakDetector}.
 */
public final class RecordingLeakDetector<T> extends ResourceLeakDetector<T> {

  private static final Queue<String> LEAKS = new ConcurrentLinkedQueue<>();

  private static final AtomicLong TRACKED = new AtomicLong();

  /** The constructor that Netty looks for. */
  public RecordingLeakDetector(Class<?> resourceType, int samplingInterval) {
    super(resourceType, samplingInterval);
  }

  /** The constructor that Netty looked for once. */
  @SuppressWarnings("deprecation")
  public RecordingLeakDetector(Class<?> resourceType, int samplingInterval, long maxActive) {
    super(resourceType, samplingInterval, maxActive);
  }

  /** How many buffers have been watched since the start. */
  static long tracked() {
    return TRACKED.get();
  }

  /** What was found since the last call. */
  static String drain() {
    StringBuilder found = new StringBuilder();
    for (String leak = LEAKS.poll(); leak != null; leak = LEAKS.poll()) {
      found.append(leak).append('\n');
    }
    return found.toString();
  }

  @Override
  public @Nullable ResourceLeakTracker<T> track(T resource) {
    TRACKED.incrementAndGet();
    return super.track(resource);
  }

  @Override
  public @Nullable ResourceLeakTracker<T> trackForcibly(T resource) {
    TRACKED.incrementAndGet();
    return super.trackForcibly(resource);
  }

  @Override
  protected boolean needReport() {
    return true;
  }

  @Override
  protected void reportTracedLeak(String resourceType, String records) {
    LEAKS.add(resourceType + records);
    super.reportTracedLeak(resourceType, records);
  }

  @Override
  protected void reportUntracedLeak(String resourceType) {
    LEAKS.add(resourceType);
    super.reportUntracedLeak(resourceType);
  }
}
