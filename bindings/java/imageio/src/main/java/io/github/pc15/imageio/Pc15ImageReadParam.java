// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import javax.imageio.ImageReadParam;

/**
 * How to read. The source region decides what is decoded, so that a small part of a large picture is cheap. Subsampling
 * by 2 or 4 (or multiples that are powers of two) in both directions decodes at half or quarter size, which is faster
 * than decoding everything and smooth instead of jagged; see {@link #setSmoothSubsampling}.
 */
public final class Pc15ImageReadParam extends ImageReadParam {
  private boolean smoothSubsampling = true;
  private boolean tolerant;
  private int threads = 1;

  /** Parameters that read the whole picture, strictly, with one thread. */
  public Pc15ImageReadParam() {
    // The fields say it all.
  }

  /**
   * Whether subsampling by powers of two decodes at a smaller size.
   *
   * @return true unless it was changed
   */
  public boolean isSmoothSubsampling() {
    return smoothSubsampling;
  }

  /**
   * Sets whether subsampling by powers of two decodes at a smaller size, where region and offsets allow it. Otherwise,
   * and with false always, the samples are every n-th pixel of the full picture.
   *
   * @param smooth the choice
   */
  public void setSmoothSubsampling(boolean smooth) {
    smoothSubsampling = smooth;
  }

  /**
   * Whether what is intact of a damaged file is read.
   *
   * @return false unless it was changed
   */
  public boolean isTolerant() {
    return tolerant;
  }

  /**
   * Sets whether what is intact of a damaged file is read, with a warning to the warning listeners, instead of an
   * IIOException.
   *
   * @param value the choice
   */
  public void setTolerant(boolean value) {
    tolerant = value;
  }

  /**
   * Threads of a read.
   *
   * @return 1 unless it was changed
   */
  public int getThreads() {
    return threads;
  }

  /**
   * Sets how many threads a read takes. With more than one, progress listeners are called on any of them.
   *
   * @param count threads, the caller's included; 0: one per processor
   * @throws IllegalArgumentException for a negative number
   */
  public void setThreads(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("threads " + count);
    }
    threads = count;
  }
}
