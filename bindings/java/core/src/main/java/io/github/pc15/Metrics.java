// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.NativeLoader;
import io.github.pc15.internal.memory.Memory;

/**
 * Measures of the difference of two planes: pictures of format Y of the same size.
 *
 * <p>All throw a {@link Pc15Exception} with INVALID_ARGUMENT (stride, a short buffer) or OUT_OF_RANGE (sizes), and an
 * IllegalArgumentException for other formats or different sizes.
 *
 * <p>Threads: any, at any time.
 */
public final class Metrics {
  private Metrics() {
  }

  /**
   * Mean squared error.
   *
   * @param a a plane
   * @param b a plane
   * @return squared grey levels, 0 to 65025
   */
  public static double mse(Pixels a, Pixels b) {
    return measure(Native.PC15_MEASURE_MSE, a, b, 0);
  }

  /**
   * 10 log10(255² / MSE).
   *
   * @param a a plane
   * @param b a plane
   * @return dB; positive infinity for equal planes
   */
  public static double psnr(Pixels a, Pixels b) {
    return measure(Native.PC15_MEASURE_PSNR, a, b, 0);
  }

  /**
   * Mean structural similarity (Wang 2004).
   *
   * @param a a plane
   * @param b a plane
   * @return at most 1
   */
  public static double ssim(Pixels a, Pixels b) {
    return measure(Native.PC15_MEASURE_SSIM, a, b, 0);
  }

  /**
   * Multi-scale structural similarity (Wang 2003).
   *
   * @param a a plane
   * @param b a plane
   * @return at most 1
   */
  public static double msSsim(Pixels a, Pixels b) {
    return measure(Native.PC15_MEASURE_MS_SSIM, a, b, 0);
  }

  /**
   * alpha (1 - SSIM) + (1 - alpha) MSE / 255².
   *
   * @param a a plane
   * @param b a plane
   * @param alpha 0 to 1; else OUT_OF_RANGE
   * @return 0 for equal planes
   */
  public static double distortion(Pixels a, Pixels b, double alpha) {
    return measure(Native.PC15_MEASURE_DISTORTION, a, b, alpha);
  }

  private static double measure(int which, Pixels a, Pixels b, double alpha) {
    if (a.format() != PixelFormat.Y || b.format() != PixelFormat.Y) {
      throw new IllegalArgumentException("planes are measured: format Y");
    }
    if (a.width() != b.width() || a.height() != b.height()) {
      throw new IllegalArgumentException("planes of different sizes: " + a.width() + " x " + a.height() + " and "
          + b.width() + " x " + b.height());
    }
    NativeLoader.load();
    double[] result = new double[1];
    try (Memory first = Memory.input(a.data()); Memory second = Memory.input(b.data())) {
      Pc15Exception.check(Native.pc15_measure(which, first.view(), a.stride(), second.view(), b.stride(), a.width(),
          a.height(), alpha, result));
    }
    return result[0];
  }
}
