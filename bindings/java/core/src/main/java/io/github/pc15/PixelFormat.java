// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** Layouts of pixels: interleaved samples of 8 bits, 0 to 255. */
public enum PixelFormat {
  /** One byte per pixel: luma. */
  Y(Native.PC15_FORMAT_Y),
  /** Three bytes per pixel: red, green, blue. */
  RGB(Native.PC15_FORMAT_RGB),
  /** Four bytes per pixel: red, green, blue, alpha, which is not premultiplied. */
  RGBA(Native.PC15_FORMAT_RGBA);

  private final int code;

  PixelFormat(int code) {
    this.code = code;
  }

  /**
   * The number that the library uses.
   *
   * @return the value of the constant of {@code pc15.h}
   */
  public int code() {
    return code;
  }

  /**
   * Bytes per pixel.
   *
   * @return 1, 3 or 4
   */
  public int channels() {
    return code;
  }

  static PixelFormat of(int code) {
    for (PixelFormat value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalStateException("the library answered an unknown number: " + code);
  }
}
