// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.pc15_stats;

/**
 * What an encode did.
 *
 * @param tiles procedural tiles
 * @param tilesWithProgram tiles that got a program
 * @param earlyExits tiles whose search stopped early
 * @param bytesTotal size of the file
 * @param bytesPrograms bytes of the tile records, one copy
 * @param bytesCells bytes of the residual
 * @param renders candidate renderings of the search
 * @param peakMemoryBytes most bytes that the handle held during the call
 * @param psnrY dB of the luma that a decoder will show; positive infinity when exact
 * @param ssimY SSIM of that luma, at most 1
 */
public record EncodeStats(int tiles, int tilesWithProgram, int earlyExits, long bytesTotal, long bytesPrograms,
    long bytesCells, long renders, long peakMemoryBytes, double psnrY, double ssimY) {

  static EncodeStats of(pc15_stats raw) {
    return new EncodeStats((int) raw.getTiles(), (int) raw.getTiles_with_program(), (int) raw.getEarly_exits(),
        raw.getBytes_total(), raw.getBytes_programs(), raw.getBytes_cells(), raw.getRenders(),
        raw.getPeak_memory_bytes(), raw.getPsnr_y(), raw.getSsim_y());
  }
}
