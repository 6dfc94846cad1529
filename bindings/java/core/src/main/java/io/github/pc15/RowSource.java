// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import java.nio.ByteBuffer;

/** Gives a picture from top to bottom. */
@FunctionalInterface
public interface RowSource {
  /**
   * Puts the next rows into a buffer.
   *
   * <p>Threads: the thread that made the call. It must not call the encoder (IllegalStateException), except
   * {@code cancel()} and {@code close()}. What it throws ends the call, which throws it again.
   *
   * @param y number of the first row
   * @param rows takes rows without padding from its position to its limit, at most 64: one or more whole rows are put
   *     there by relative puts, as {@code ReadableByteChannel.read} does. A position that is not behind whole rows, or has
   *     not moved, is an IllegalStateException of the call.
   */
  void readRows(int y, ByteBuffer rows);

  /**
   * Whether the picture can be given again. Then it may be asked for from row 0 on several times, so that the library
   * holds some rows of it and not all, unless there is no residual or a CUDA device searches, and must be the same
   * every time.
   *
   * @return false unless it is overridden
   */
  default boolean canRestart() {
    return false;
  }
}
