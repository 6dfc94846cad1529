// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

/** Hears how far an encode or decode has come, and may end it. */
@FunctionalInterface
public interface ProgressListener {
  /**
   * Called as work gets done.
   *
   * <p>Threads: the thread that made the call, or a worker thread of the library when {@link Parameter#THREADS} is not
   * 1; never two at once. It must not call the encoder or decoder (IllegalStateException), except {@code cancel()} and
   * {@code close()}. What it throws ends the call, which throws it again.
   *
   * @param done units of work that are done; rising, and from the start again with every pass of an encode with a target
   * @param total units of work of the call; at least {@code done}. Only the ratio means something.
   * @return true to go on, false to cancel: the call then throws a {@link Pc15Exception} with
   *     {@link Pc15Status#CANCELLED}
   */
  boolean onProgress(long done, long total);
}
