// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

/** Receives a picture from top to bottom. */
@FunctionalInterface
public interface RowListener {
  /**
   * Takes the next rows.
   *
   * <p>Threads: the thread that made the call. It must not call the decoder (IllegalStateException), except
   * {@code cancel()} and {@code close()}. What it throws ends the call, which throws it again.
   *
   * @param y number of the first row
   * @param rows these rows, at most 64, in a direct buffer without padding that is used again for the next ones
   * @return true to go on, false to end the decode: the call then throws a {@link Pc15Exception} with
   *     {@link Pc15Status#CANCELLED}
   */
  boolean onRows(int y, Pixels rows);
}
