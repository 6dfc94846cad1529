// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;

/** Kinds of metadata. A file holds at most one of each; the library does not look into them. */
public enum MetadataType {
  /** An ICC profile. */
  ICC(Native.PC15_METADATA_ICC),
  /** EXIF, from its TIFF header on, without {@code "Exif\\0\\0"}. */
  EXIF(Native.PC15_METADATA_EXIF),
  /** An XMP packet. */
  XMP(Native.PC15_METADATA_XMP),
  /** Text in UTF-8; anything else is refused. */
  TEXT(Native.PC15_METADATA_TEXT);

  private final int code;

  MetadataType(int code) {
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

  static MetadataType of(int code) {
    for (MetadataType value : values()) {
      if (value.code == code) {
        return value;
      }
    }
    throw new IllegalStateException("the library answered an unknown number: " + code);
  }
}
