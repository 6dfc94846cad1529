// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** How a layer joins what lies below it. */
public enum Blend {
  /** Sum. */
  ADD(Native.PC15_BLEND_ADD),
  /** On top. */
  OVER(Native.PC15_BLEND_OVER),
  /** Product. */
  MUL(Native.PC15_BLEND_MUL),
  /** The darker. */
  MIN(Native.PC15_BLEND_MIN),
  /** The brighter. */
  MAX(Native.PC15_BLEND_MAX);

  private final int code;

  Blend(int code) {
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

  static Blend of(int code) {
    for (Blend value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalStateException("the library answered an unknown number: " + code);
  }
}
