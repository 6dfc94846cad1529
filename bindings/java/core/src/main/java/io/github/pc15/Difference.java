// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.pc15_difference;
import java.util.Optional;

/**
 * The first difference of two files, and the part of each that lies there.
 *
 * @param identical whether there is none; the rest means nothing then
 * @param offset of the first byte that differs, or the shorter size
 * @param kindA in the first file; empty: past its end, or not readable as PC15
 * @param numberA of that section, group or cell
 * @param kindB in the second file
 * @param numberB of that section, group or cell
 */
public record Difference(boolean identical, long offset, Optional<PartKind> kindA, int numberA,
    Optional<PartKind> kindB, int numberB) {

  static Difference of(pc15_difference raw) {
    return new Difference(raw.getIdentical() != 0, raw.getOffset(), kind(raw.getKind_a()), (int) raw.getNumber_a(),
        kind(raw.getKind_b()), (int) raw.getNumber_b());
  }

  private static Optional<PartKind> kind(int number) {
    return number < 0 ? Optional.empty() : Optional.of(PartKind.of(number));
  }
}
