// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.internal;

import io.github.pc15.PixelFormat;
import io.github.pc15.Pixels;
import io.github.pc15.RowListener;
import java.nio.ByteBuffer;

/**
 * What native code calls with rows: a listener, the memory that the rows are copied to, since those of the library are
 * lent for the call alone, and what the listener threw.
 */
public final class RowSink {
  private final RowListener listener;
  private final PixelFormat format;
  private final int width;
  private ByteBuffer rows = ByteBuffer.allocateDirect(0);
  private Throwable failure;

  public RowSink(RowListener listener, PixelFormat format, int width) {
    this.listener = listener;
    this.format = format;
    this.width = width;
  }

  /** Called by jni_support.c on the thread of the call; true ends the decode. */
  boolean onRows(int y, int count, ByteBuffer lent) {
    try {
      if (rows.capacity() < lent.capacity()) {
        rows = ByteBuffer.allocateDirect(lent.capacity());
      }
      rows.clear().put(lent).flip();
      return !listener.onRows(y, new Pixels(rows, format, width, count));
    } catch (Throwable error) {
      failure = error;
      return true;
    }
  }

  public Throwable failure() {
    return failure;
  }
}
