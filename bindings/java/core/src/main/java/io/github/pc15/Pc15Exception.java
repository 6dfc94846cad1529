// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/**
 * A call of the library failed, or was cancelled. The message begins with the name of the status and says what was
 * wrong, where, and what was allowed.
 *
 * <p>Mistakes that Java itself can see are the exceptions of Java: NullPointerException, IllegalArgumentException (a
 * read-only buffer for output), IllegalStateException (closed, or in use by another thread).
 */
public final class Pc15Exception extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The number of the library's status. */
  private final int code;
  /** Bytes of the file that are needed at least; 0 unless NEED_INPUT or DST_TOO_SMALL. */
  private final long bytesNeeded;

  Pc15Exception(int code, String message) {
    this(code, message, 0);
  }

  Pc15Exception(int code, String message, long bytesNeeded) {
    super(Native.pc15_status_name(code) + ": " + (message.isEmpty() ? Native.pc15_status_doc(code) : message));
    this.code = code;
    this.bytesNeeded = bytesNeeded;
  }

  /**
   * What went wrong.
   *
   * @return the status; {@link Pc15Status#INTERNAL} for one that this version does not know
   */
  public Pc15Status status() {
    return Pc15Status.of(code);
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
   * The name of the status.
   *
   * @return for example {@code "PC15_ERROR_CRC"}
   */
  public String name() {
    return Native.pc15_status_name(code);
  }

  /**
   * How many bytes would do.
   *
   * @return with {@link Pc15Status#NEED_INPUT} the bytes of the file to offer at least, with
   *     {@link Pc15Status#DST_TOO_SMALL} the bytes of the result; else 0
   */
  public long bytesNeeded() {
    return bytesNeeded;
  }

  /** Throws unless the status is success. For functions without a handle. */
  static void check(int status) {
    if (status != Native.PC15_OK) {
      throw new Pc15Exception(status, "");
    }
  }
}
