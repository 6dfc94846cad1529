// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** How a file stores colour. */
public enum ColorCoding {
  /** Luma alone. */
  GRAY(Native.PC15_COLOR_GRAY),
  /** Luma, and colour at half size. */
  YCC420(Native.PC15_COLOR_YCC420),
  /** Luma, and colour at full size. */
  YCC444(Native.PC15_COLOR_YCC444),
  /** Red, green and blue: lossless files alone. */
  RGB(Native.PC15_COLOR_RGB);

  private final int code;

  ColorCoding(int code) {
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

  static ColorCoding of(int code) {
    for (ColorCoding value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalStateException("the library answered an unknown number: " + code);
  }
}
