// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.internal;

import io.github.pc15.ProgressListener;

/** What native code calls: a listener, and what it threw, which the call hands to its caller when it is over. */
public final class ProgressSink {
  private final ProgressListener listener;
  private volatile Throwable failure;

  public ProgressSink(ProgressListener listener) {
    this.listener = listener;
  }

  /** Called by jni_support.c, on any thread; true cancels. */
  boolean onProgress(long done, long total) {
    try {
      return !listener.onProgress(done, total);
    } catch (Throwable error) {
      failure = error;
      return true;
    }
  }

  public Throwable failure() {
    return failure;
  }
}
