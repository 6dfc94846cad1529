// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.pc15_limits;

/**
 * What {@link Pc15#probe(java.nio.ByteBuffer, Limits)} refuses. 0 refuses everything.
 *
 * @param maxWidth pixels
 * @param maxHeight pixels
 * @param maxSections sections of a file
 * @param maxPixels pixels
 * @param maxMemoryBytes bytes
 * @param maxMetadataBytes bytes
 */
public record Limits(int maxWidth, int maxHeight, int maxSections, long maxPixels, long maxMemoryBytes,
    long maxMetadataBytes) {

  /**
   * The limits of the library: 65535 pixels a side, 2^29 pixels, 1024 sections, 2^32 bytes of memory, 2^26 of metadata.
   *
   * @return the defaults
   */
  public static Limits defaults() {
    try (pc15_limits raw = new pc15_limits()) {
      Pc15Exception.check(Native.pc15_limits_default(raw));
      return new Limits((int) raw.getMax_width(), (int) raw.getMax_height(), (int) raw.getMax_sections(),
          raw.getMax_pixels(), raw.getMax_memory_bytes(), raw.getMax_metadata_bytes());
    }
  }

  pc15_limits raw() {
    pc15_limits raw = new pc15_limits();
    raw.setMax_width(maxWidth);
    raw.setMax_height(maxHeight);
    raw.setMax_sections(maxSections);
    raw.setMax_pixels(maxPixels);
    raw.setMax_memory_bytes(maxMemoryBytes);
    raw.setMax_metadata_bytes(maxMetadataBytes);
    return raw;
  }
}
