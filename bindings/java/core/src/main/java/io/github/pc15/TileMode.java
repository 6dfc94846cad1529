// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** What a procedural tile shows. */
public enum TileMode {
  /** The image-wide program if there is one, else nothing. */
  SKIP(Native.PC15_TILE_SKIP),
  /** One value per plane. */
  FLAT(Native.PC15_TILE_FLAT),
  /** A smooth field, layers, or both. */
  PROGRAM(Native.PC15_TILE_PROGRAM),
  /** What the tile to the left shows. */
  MERGE_LEFT(Native.PC15_TILE_MERGE_LEFT),
  /** What the tile above shows. */
  MERGE_UP(Native.PC15_TILE_MERGE_UP);

  private final int code;

  TileMode(int code) {
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

  static TileMode of(int code) {
    for (TileMode value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalStateException("the library answered an unknown number: " + code);
  }
}
