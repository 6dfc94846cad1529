// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.Pc15Exception;
import javax.imageio.IIOException;

/** What reader and writer tell ImageIO about the format. */
final class Format {
  static final String VENDOR = "libpc15";
  static final String VERSION = "0.1.0";

  private Format() {
  }

  static String[] names() {
    return new String[] {"pc15", "PC15"};
  }

  static String[] suffixes() {
    return new String[] {"pc15"};
  }

  static String[] types() {
    return new String[] {"image/x-pc15"};
  }

  /** What ImageIO's callers expect. */
  static IIOException failure(Pc15Exception error) {
    return new IIOException(error.getMessage(), error);
  }

  static IIOException failure(LinkageError error) {
    return new IIOException("the native library of libpc15 cannot be used: " + error.getMessage(), error);
  }
}
