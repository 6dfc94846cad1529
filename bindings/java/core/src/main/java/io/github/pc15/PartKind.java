// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** Kinds of parts of a file. */
public enum PartKind {
  /** The head. */
  PREAMBLE(Native.PC15_PART_PREAMBLE),
  /** The table of the sections. */
  INDEX(Native.PC15_PART_INDEX),
  /** A section. */
  SECTION(Native.PC15_PART_SECTION),
  /** The program of the whole image. */
  IMAGE_PROGRAM(Native.PC15_PART_IMAGE_PROGRAM),
  /** Tile records of some tile rows. */
  GROUP(Native.PC15_PART_GROUP),
  /** A cell of the residual. */
  CELL(Native.PC15_PART_CELL),
  /** The spare copy of the head. */
  BACKUP_PREAMBLE(Native.PC15_PART_BACKUP_PREAMBLE),
  /** The spare copy of the table. */
  BACKUP_INDEX(Native.PC15_PART_BACKUP_INDEX),
  /** The spare copy of the image program. */
  BACKUP_IMAGE_PROGRAM(Native.PC15_PART_BACKUP_IMAGE_PROGRAM),
  /** The spare copy of a group. */
  BACKUP_GROUP(Native.PC15_PART_BACKUP_GROUP),
  /** The end. */
  FOOTER(Native.PC15_PART_FOOTER),
  /** Bytes after the end of the file; only a tolerant decoder gets so far. */
  TRAILING(Native.PC15_PART_TRAILING);

  private final int code;

  PartKind(int code) {
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

  static PartKind of(int code) {
    for (PartKind value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalStateException("the library answered an unknown number: " + code);
  }
}
