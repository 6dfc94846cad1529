// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A pc15_buffer that came out of a call. */
final class NativeBytes implements AutoCloseable {
  private final long pointer;

  NativeBytes(long pointer) {
    this.pointer = pointer;
  }

  /** Valid until close(). */
  ByteBuffer view() {
    ByteBuffer view = Native.pc15_buffer_view(pointer);
    if (view == null) {
      throw new Pc15Exception(Native.PC15_ERROR_LIMIT, "the result has more than 2^31 - 1 bytes");
    }
    return view;
  }

  byte[] toArray() {
    ByteBuffer view = view();
    byte[] bytes = new byte[view.remaining()];
    view.get(bytes);
    return bytes;
  }

  String toText() {
    return new String(toArray(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    Native.pc15_buffer_free(pointer);
  }
}
