// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.pc15_repair_report;

/**
 * A whole file of a damaged one, and what was lost.
 *
 * @param file the new file, which decodes strictly
 * @param complete whether nothing is lost: the file is as it was before the damage
 * @param indexRebuilt whether both copies of the index were damaged; metadata and models went with them
 * @param cells cells of the residual
 * @param cellsLost those that show the programs now
 * @param programs records: the image-wide program and the groups of tiles
 * @param programsLost those that are lost
 * @param sectionsLost lost sections of metadata and models, when the index was not lost
 */
public record Repair(byte[] file, boolean complete, boolean indexRebuilt, long cells, long cellsLost, long programs,
    long programsLost, long sectionsLost) {
  static Repair of(byte[] file, boolean complete, pc15_repair_report raw) {
    return new Repair(file, complete, raw.getIndex_rebuilt() != 0, raw.getCells(), raw.getCells_lost(),
        raw.getPrograms(), raw.getPrograms_lost(), raw.getSections_lost());
  }
}
