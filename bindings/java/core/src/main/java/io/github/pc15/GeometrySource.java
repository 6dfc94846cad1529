// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** Where the geometry of a layer comes from. */
public enum GeometrySource {
  /** The layer itself. */
  OWN(Native.PC15_SOURCE_OWN),
  /** The tile to the left. */
  LEFT(Native.PC15_SOURCE_LEFT),
  /** The tile above. */
  UP(Native.PC15_SOURCE_UP),
  /** The image-wide program. */
  IMAGE(Native.PC15_SOURCE_IMAGE);

  private final int code;

  GeometrySource(int code) {
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

  static GeometrySource of(int code) {
    for (GeometrySource value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalStateException("the library answered an unknown number: " + code);
  }
}
