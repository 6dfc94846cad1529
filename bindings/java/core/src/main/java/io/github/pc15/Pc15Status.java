// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** The answers of the library. */
public enum Pc15Status {
  /** Success. */
  OK(Native.PC15_OK),
  /** More bytes of the file are needed to answer; see {@link Pc15Exception#bytesNeeded()}. */
  NEED_INPUT(Native.PC15_NOTE_NEED_INPUT),
  /** The buffer for the result is too small. */
  DST_TOO_SMALL(Native.PC15_NOTE_DST_TOO_SMALL),
  /** The call was cancelled. */
  CANCELLED(Native.PC15_NOTE_CANCELLED),
  /** A tolerant decode: pixels were written, some are lost. */
  DAMAGED(Native.PC15_NOTE_DAMAGED),
  /** An argument is wrong. */
  INVALID_ARGUMENT(Native.PC15_ERROR_INVALID_ARGUMENT),
  /** A number is outside its range. */
  OUT_OF_RANGE(Native.PC15_ERROR_OUT_OF_RANGE),
  /** No such parameter, or not of this kind of handle. */
  UNKNOWN_PARAM(Native.PC15_ERROR_UNKNOWN_PARAM),
  /** The handle is not in the state that the call needs. */
  WRONG_STATE(Native.PC15_ERROR_WRONG_STATE),
  /** The handle must be reset first; the classes of this package do that themselves. */
  POISONED(Native.PC15_ERROR_POISONED),
  /** A struct is of no known size. */
  BAD_STRUCT_SIZE(Native.PC15_ERROR_BAD_STRUCT_SIZE),
  /** What was asked for does not exist. */
  NOT_FOUND(Native.PC15_ERROR_NOT_FOUND),
  /** The bytes are no PC15 file. */
  NOT_PC15(Native.PC15_ERROR_NOT_PC15),
  /** A file of another version of the format. */
  VERSION(Native.PC15_ERROR_VERSION),
  /** A file with a feature that this library does not know. */
  UNSUPPORTED(Native.PC15_ERROR_UNSUPPORTED),
  /** The file is cut short. */
  TRUNCATED(Native.PC15_ERROR_TRUNCATED),
  /** A checksum does not hold. */
  CRC(Native.PC15_ERROR_CRC),
  /** The file contradicts itself or the format. */
  CORRUPT(Native.PC15_ERROR_CORRUPT),
  /** There are bytes after the end of the file. */
  TRAILING(Native.PC15_ERROR_TRAILING),
  /** There is not enough memory. */
  NO_MEMORY(Native.PC15_ERROR_NO_MEMORY),
  /** A limit of the handle or of the library refused the work. */
  LIMIT(Native.PC15_ERROR_LIMIT),
  /** A device is missing. */
  NO_DEVICE(Native.PC15_ERROR_NO_DEVICE),
  /** A device failed. */
  DEVICE(Native.PC15_ERROR_DEVICE),
  /** A defect of the library: please report it. */
  INTERNAL(Native.PC15_ERROR_INTERNAL);

  private final int code;

  Pc15Status(int code) {
    this.code = code;
  }

  /**
   * The number of the status.
   *
   * @return the value of the constant of {@code pc15.h}
   */
  public int code() {
    return code;
  }

  /**
   * The name of the constant of {@code pc15.h}.
   *
   * @return for example {@code "PC15_ERROR_CRC"}
   */
  public String constant() {
    return Native.pc15_status_name(code);
  }

  /**
   * What the status means and what to do.
   *
   * @return one sentence
   */
  public String doc() {
    return Native.pc15_status_doc(code);
  }

  /**
   * Whether the file is at fault.
   *
   * @return true for the data errors: {@link #NOT_PC15} to {@link #TRAILING}
   */
  public boolean isDataError() {
    return code <= NOT_PC15.code && code > NO_MEMORY.code;
  }

  /** The status of a number of the library; a newer one is taken as INTERNAL, and the exception keeps the number. */
  static Pc15Status of(int code) {
    for (Pc15Status status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    return INTERNAL;
  }
}
