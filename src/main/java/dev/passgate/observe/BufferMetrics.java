package dev.passgate.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;

/**
 * Tells in {@code passgate_buffers_bytes} how much memory outside of the heap Netty has taken for
 * what is received and sent. The JVM's own figure of direct buffers knows nothing of it.
 */
final class BufferMetrics {

  private BufferMetrics() {}

  /**
   * Of an allocator.
   *
   * @param allocator of the connections; one that does not count gives no gauge
   */
  static MeterBinder of(ByteBufAllocator allocator) {
    return registry -> {
      if (allocator instanceof ByteBufAllocatorMetricProvider counting) {
        Gauge.builder("passgate.buffers", () -> counting.metric().usedDirectMemory())
            .description("Memory outside of the heap that is taken for buffers of connections")
            .baseUnit("bytes")
            .register(registry);
      }
    };
  }
}
