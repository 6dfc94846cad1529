// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.internal;

import io.github.pc15.RowSource;
import java.nio.ByteBuffer;

/**
 * What native code asks for rows: a source, memory that it may keep, since that of the library is lent for the call
 * alone, and what it threw.
 */
public final class RowPull {
  private final RowSource source;
  private ByteBuffer rows = ByteBuffer.allocateDirect(0);
  private Throwable failure;

  public RowPull(RowSource source) {
    this.source = source;
  }

  /** Called by jni_support.c on the thread of the call; answers how many rows there are in `lent`. */
  int onRead(int y, int count, ByteBuffer lent) {
    try {
      if (rows.capacity() < lent.capacity()) {
        rows = ByteBuffer.allocateDirect(lent.capacity());
      }
      rows.clear().limit(lent.capacity());
      source.readRows(y, rows);
      int row = lent.capacity() / count;
      if (rows.position() == 0 || rows.position() > lent.capacity() || rows.position() % row != 0) {
        throw new IllegalStateException(
            rows.position() + " bytes were put at row " + y + "; one or more rows of " + row + " are wanted");
      }
      int given = rows.position() / row;
      lent.put(rows.flip());
      return given;
    } catch (Throwable error) {
      failure = error;
      return -1;
    }
  }

  public Throwable failure() {
    return failure;
  }
}
