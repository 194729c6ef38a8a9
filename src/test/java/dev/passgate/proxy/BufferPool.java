package dev.passgate.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.core.io.buffer.NettyDataBuffer;
import org.springframework.core.io.buffer.NettyDataBufferFactory;

/** Buffers of Netty, of which it knows afterwards whether every one went back. */
final class BufferPool extends NettyDataBufferFactory {

  private final List<ByteBuf> given = new ArrayList<>();

  private BufferPool(ByteBufAllocator allocator) {
    super(allocator);
  }

  static BufferPool heap() {
    return new BufferPool(new PooledByteBufAllocator(false));
  }

  static BufferPool direct() {
    return new BufferPool(new PooledByteBufAllocator(true));
  }

  @Override
  public NettyDataBuffer allocateBuffer(int capacity) {
    NettyDataBuffer buffer = super.allocateBuffer(capacity);
    given.add(buffer.getNativeBuffer());
    return buffer;
  }

  NettyDataBuffer buffer(byte[] bytes, int from, int to) {
    NettyDataBuffer buffer = allocateBuffer(Math.max(1, to - from));
    buffer.write(bytes, from, to - from);
    return buffer;
  }

  NettyDataBuffer buffer(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return buffer(bytes, 0, bytes.length);
  }

  /** One buffer of several pieces of memory. */
  NettyDataBuffer composite(String... parts) {
    CompositeByteBuf composite = getByteBufAllocator().compositeBuffer(parts.length);
    for (String part : parts) {
      composite.addComponent(true, buffer(part).getNativeBuffer());
    }
    given.add(composite);
    return wrap(composite);
  }

  void assertAllReleased() {
    assertThat(given).allSatisfy(buffer -> assertThat(buffer.refCnt()).isZero());
  }

  int givenCount() {
    return given.size();
  }
}
