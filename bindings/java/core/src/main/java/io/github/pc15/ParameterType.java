// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** The types of parameters. */
public enum ParameterType {
  /** A whole number. */
  INT,
  /** A real number. */
  REAL,
  /** 0 or 1. */
  BOOL,
  /** One of some choices, numbered from the minimum. */
  ENUM;

  static ParameterType of(int type) {
    switch (type) {
      case Native.PC15_TYPE_INT: return INT;
      case Native.PC15_TYPE_FIXED: return REAL;
      case Native.PC15_TYPE_BOOL: return BOOL;
      case Native.PC15_TYPE_ENUM: return ENUM;
      default: throw new IllegalArgumentException("type " + type);
    }
  }
}
