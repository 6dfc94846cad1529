// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.NativeLoader;
import io.github.pc15.internal.memory.Memory;
import io.github.pc15.internal.pc15_grid;
import java.awt.Rectangle;
import java.nio.ByteBuffer;

/**
 * A grid of overlapping tiles over a picture. Tile (column, row) begins at (column, row) x (tile - overlap).
 *
 * <p>Threads: immutable; any, at any time.
 *
 * @param width of the picture, pixels, 1 to 65535
 * @param height of the picture, pixels, 1 to 65535
 * @param tile side of a tile, pixels, 32 to 1024
 * @param overlap pixels, 0 to half the tile
 */
public record TileGrid(int width, int height, int tile, int overlap) {
  /**
   * A grid.
   *
   * @param width of the picture, pixels
   * @param height of the picture, pixels
   * @param tile side of a tile, pixels
   * @param overlap pixels
   * @throws Pc15Exception OUT_OF_RANGE
   */
  public TileGrid {
    NativeLoader.load();
    try (pc15_grid raw = new pc15_grid()) {
      Pc15Exception.check(Native.pc15_grid_init(width, height, tile, overlap, raw));
    }
  }

  private pc15_grid raw() {
    pc15_grid raw = new pc15_grid();
    Pc15Exception.check(Native.pc15_grid_init(width, height, tile, overlap, raw));
    return raw;
  }

  /**
   * Tiles in a row.
   *
   * @return at least 1
   */
  public int cols() {
    try (pc15_grid raw = raw()) {
      return (int) raw.getCols();
    }
  }

  /**
   * Rows of tiles.
   *
   * @return at least 1
   */
  public int rows() {
    try (pc15_grid raw = raw()) {
      return (int) raw.getRows();
    }
  }

  /**
   * The part of a tile inside the picture.
   *
   * @param index in scan order
   * @return pixels
   * @throws Pc15Exception OUT_OF_RANGE
   */
  public Rectangle part(long index) {
    long[][] part = new long[4][1];
    try (pc15_grid raw = raw()) {
      Pc15Exception.check(Native.pc15_grid_tile(raw, index, part[0], part[1], part[2], part[3]));
    }
    return new Rectangle((int) part[0][0], (int) part[1][0], (int) part[2][0], (int) part[3][0]);
  }

  /**
   * Cuts a plane into patches; beyond its border the last row and column repeat.
   *
   * @param plane a picture of format Y of this size
   * @return cols x rows patches of tile x tile bytes, one after another, in a direct buffer
   * @throws Pc15Exception INVALID_ARGUMENT: stride, a short buffer
   * @throws IllegalArgumentException another format or size, or more than 2^31 - 1 bytes of patches
   */
  public ByteBuffer extract(Pixels plane) {
    require(plane);
    long size = (long) cols() * rows() * tile * tile;
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(size + " bytes are more than a ByteBuffer holds");
    }
    ByteBuffer patches = ByteBuffer.allocateDirect((int) size);
    long[] written = new long[1];
    try (pc15_grid raw = raw(); Memory input = Memory.input(plane.data())) {
      Pc15Exception.check(Native.pc15_tiles_extract(raw, input.view(), plane.stride(), patches, written));
    }
    return patches;
  }

  /**
   * Joins patches. Patches that agree where they overlap come back exactly.
   *
   * @param patches as {@link #extract} gives them, from position to limit
   * @param plane where the picture goes: format Y, of this size
   * @throws Pc15Exception INVALID_ARGUMENT: stride, a short buffer; DST_TOO_SMALL
   * @throws IllegalArgumentException another format or size, or a read-only buffer
   */
  public void blend(ByteBuffer patches, Pixels plane) {
    require(plane);
    try (pc15_grid raw = raw(); Memory input = Memory.input(patches); Memory output = Memory.output(plane.data())) {
      Pc15Exception.check(Native.pc15_tiles_blend(raw, input.view(), output.view(), plane.stride()));
      output.commit();
    }
  }

  private void require(Pixels plane) {
    if (plane.format() != PixelFormat.Y || plane.width() != width || plane.height() != height) {
      throw new IllegalArgumentException("a plane of " + width + " x " + height + " pixels is needed, not "
          + plane.format() + " " + plane.width() + " x " + plane.height());
    }
  }
}
