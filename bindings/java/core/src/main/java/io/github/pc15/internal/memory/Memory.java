// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.internal.memory;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.NativeLoader;
import java.nio.ByteBuffer;

/**
 * A direct view of bytes for one native call: of the caller's buffer where that is direct, else of memory outside the
 * heap that is freed by {@link #close}, since direct buffers are freed only when a collector comes by.
 */
public final class Memory implements AutoCloseable {
  private final ByteBuffer view;
  private long address;
  /** Where the bytes go back to, null when they are already there. */
  private final ByteBuffer target;

  private Memory(ByteBuffer view, long address, ByteBuffer target) {
    this.view = view;
    this.address = address;
    this.target = target;
  }

  /**
   * New memory, which is not cleared.
   *
   * @param size bytes
   * @return the memory
   * @throws IllegalArgumentException for more than 2^31 - 1 bytes
   */
  public static Memory allocate(long size) {
    return allocate(size, null);
  }

  private static Memory allocate(long size, ByteBuffer target) {
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(size + " bytes are more than a ByteBuffer holds: work on regions");
    }
    NativeLoader.load();
    long address = Native.pc15_memory_new(size);
    if (address == 0) {
      throw new OutOfMemoryError(size + " bytes outside the heap");
    }
    ByteBuffer view = Native.pc15_memory_view(address, size);
    if (view == null) {
      Native.pc15_memory_free(address);
      throw new OutOfMemoryError("a view of " + size + " bytes");
    }
    return new Memory(view, address, target);
  }

  /**
   * The remaining bytes of a buffer, to be read.
   *
   * @param buffer any buffer
   * @return a view of it when it is direct, else a copy
   */
  public static Memory input(ByteBuffer buffer) {
    if (buffer.isDirect()) {
      return new Memory(buffer.slice(), 0, null);
    }
    Memory copy = allocate(buffer.remaining());
    copy.view.duplicate().put(buffer.duplicate());
    return copy;
  }

  /**
   * The bytes of an array, to be read.
   *
   * @param bytes the array
   * @return a copy
   */
  public static Memory input(byte[] bytes) {
    return input(ByteBuffer.wrap(bytes));
  }

  /**
   * The remaining bytes of a buffer, to be written; {@link #commit} brings them there. Bytes that are not written stay.
   *
   * @param buffer any buffer
   * @return a view of it when it is direct, else a copy
   * @throws IllegalArgumentException when it is read-only
   */
  public static Memory output(ByteBuffer buffer) {
    if (buffer.isReadOnly()) {
      throw new IllegalArgumentException("the buffer for the result is read-only");
    }
    if (buffer.isDirect()) {
      return new Memory(buffer.slice(), 0, null);
    }
    Memory copy = allocate(buffer.remaining(), buffer);
    copy.view.duplicate().put(buffer.duplicate());
    return copy;
  }

  /**
   * The bytes, valid until {@link #close}.
   *
   * @return a direct buffer, the bytes from 0 to its capacity
   */
  public ByteBuffer view() {
    return view;
  }

  /** Brings what was written to where it belongs. */
  public void commit() {
    if (target != null) {
      target.duplicate().put(view.duplicate());
    }
  }

  @Override
  public void close() {
    if (address != 0) {
      Native.pc15_memory_free(address);
      address = 0;
    }
  }
}
