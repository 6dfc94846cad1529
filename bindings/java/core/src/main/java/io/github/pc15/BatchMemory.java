// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.memory.Memory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Direct views of many buffers, and the shapes of pictures, for one native call. */
final class BatchMemory implements AutoCloseable {
  private final List<Memory> parts = new ArrayList<>();

  static BatchMemory files(List<ByteBuffer> files) {
    BatchMemory memory = new BatchMemory();
    return memory.filled(() -> files.forEach(file -> memory.parts.add(Memory.input(file))));
  }

  static BatchMemory pictures(List<Pixels> pictures, boolean written) {
    BatchMemory memory = new BatchMemory();
    return memory.filled(() -> pictures.forEach(
        p -> memory.parts.add(written ? Memory.output(p.data()) : Memory.input(p.data()))));
  }

  /** Format, width, height and stride of each. */
  static long[] shapes(List<Pixels> pictures) {
    return pictures.stream().flatMapToLong(p ->
        java.util.stream.LongStream.of(p.format().code(), p.width(), p.height(), p.stride())).toArray();
  }

  private BatchMemory filled(Runnable fill) {
    try {
      fill.run();
      return this;
    } catch (RuntimeException | Error error) {
      close();
      throw error;
    }
  }

  ByteBuffer[] views() {
    return parts.stream().map(Memory::view).toArray(ByteBuffer[]::new);
  }

  void commit() {
    parts.forEach(Memory::commit);
  }

  @Override
  public void close() {
    parts.forEach(Memory::close);
  }
}
