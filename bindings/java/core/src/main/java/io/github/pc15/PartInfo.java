// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.pc15_part_info;

/**
 * A run of bytes of a file. Every byte belongs to exactly one part.
 *
 * @param kind what it is
 * @param number of the section, group or cell
 * @param intact whether its checksum holds
 * @param offset from the start of the file, bytes
 * @param size bytes, with its checksum
 */
public record PartInfo(PartKind kind, int number, boolean intact, long offset, long size) {

  static PartInfo of(pc15_part_info raw) {
    return new PartInfo(PartKind.of(raw.getKind()), (int) raw.getNumber(), raw.getIntact() != 0, raw.getOffset(),
        raw.getSize());
  }
}
