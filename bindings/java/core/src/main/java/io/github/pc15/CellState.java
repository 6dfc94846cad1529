// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** States of a cell of the residual after a decode. */
public enum CellState {
  /** It was decoded. */
  INTACT(Native.PC15_CELL_INTACT),
  /** It is lost: the picture shows the programs there. Up to 8 pixels of its neighbours may differ too. */
  LOST(Native.PC15_CELL_LOST),
  /** The region did not need it. */
  NOT_DECODED(Native.PC15_CELL_NOT_DECODED);

  private final int code;

  CellState(int code) {
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

  static CellState of(int code) {
    for (CellState value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalStateException("the library answered an unknown number: " + code);
  }
}
