// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.memory.Memory;
import io.github.pc15.internal.pc15_field_info;
import io.github.pc15.internal.pc15_layer_info;
import io.github.pc15.internal.pc15_part_info;
import io.github.pc15.internal.pc15_tile_info;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file that a decoder keeps open: regions, metadata, parts, tiles and programs.
 *
 * <p>It belongs to its decoder and follows the decoder's thread rule. When the decoder has turned to another file, was
 * reset after a damaged one, or is closed, every method throws IllegalStateException.
 */
public final class Pc15File implements AutoCloseable {
  /** Stands for the image-wide program where a tile is asked for. */
  public static final int IMAGE_PROGRAM = -1;

  private final Pc15Decoder decoder;
  private final ImageInfo info;

  Pc15File(Pc15Decoder decoder, ImageInfo info) {
    this.decoder = decoder;
    this.info = info;
  }

  private NativeHandle.Lease lease() {
    NativeHandle.Lease lease = decoder.handle.lease();
    if (decoder.openFile != this) {
      lease.close();
      throw new IllegalStateException("the file is closed: its decoder has turned to another one, or was reset");
    }
    return lease;
  }

  /**
   * What the file says about itself.
   *
   * @return the facts of its head
   */
  public ImageInfo info() {
    return info;
  }

  /**
   * Decodes a rectangle.
   *
   * @param x left side, pixels
   * @param y top, pixels
   * @param out where it goes; its sizes are those of the rectangle
   * @return {@link Pc15Status#OK}, or {@link Pc15Status#DAMAGED} when tolerant
   * @throws Pc15Exception as {@link Pc15Decoder#decodeRegion}
   */
  public Pc15Status read(int x, int y, Pixels out) {
    return read(0, x, y, out);
  }

  /**
   * Decodes a rectangle of the picture at another size.
   *
   * @param scaleLog2 -2 (a quarter) to 3 (eight times)
   * @param x left side, pixels of the scaled picture
   * @param y top, pixels of the scaled picture
   * @param out where it goes; its sizes are those of the rectangle
   * @return {@link Pc15Status#OK}, or {@link Pc15Status#DAMAGED} when tolerant
   * @throws Pc15Exception as {@link Pc15Decoder#decodeScaled}
   */
  public Pc15Status read(int scaleLog2, int x, int y, Pixels out) {
    try (NativeHandle.Lease lease = lease(); Memory output = Memory.output(out.data())) {
      Pc15Status status = Opening.read(decoder, lease, scaleLog2, x, y, out, output.view());
      output.commit();
      return status;
    }
  }

  /**
   * Decodes the whole picture from top to bottom; see {@link Pc15Decoder#decodeRows}.
   *
   * @param format the format; null is the one that loses nothing
   * @param rows who takes the rows
   * @return {@link Pc15Status#OK}, or {@link Pc15Status#DAMAGED} when tolerant
   * @throws Pc15Exception as {@link Pc15Decoder#decodeRows}
   */
  public Pc15Status readRows(PixelFormat format, RowListener rows) {
    try (NativeHandle.Lease lease = lease()) {
      return Opening.readRows(decoder, lease, info, format, rows);
    }
  }

  /**
   * Decodes a part of the picture at a size as an image.
   *
   * @param region the rectangle in pixels of the scaled picture; null is all of it
   * @param scaleLog2 -2 (a quarter) to 3 (eight times); 0 is the picture as it is
   * @return TYPE_BYTE_GRAY, TYPE_3BYTE_BGR or TYPE_4BYTE_ABGR
   * @throws Pc15Exception as {@link Pc15Decoder#decodeScaled}
   */
  public BufferedImage readImage(Rectangle region, int scaleLog2) {
    try (NativeHandle.Lease lease = lease()) {
      return Opening.readImage(decoder, lease, info, region, scaleLog2);
    }
  }

  /**
   * The kinds of metadata in the file.
   *
   * @return in the order of the file; with a tolerant decoder also those that {@link #metadata} finds damaged
   */
  public List<MetadataType> metadataTypes() {
    List<MetadataType> types = new ArrayList<>();
    long[] count = new long[1];
    int[] type = new int[1];
    long[] size = new long[1];
    try (NativeHandle.Lease lease = lease()) {
      decoder.check(lease, Native.pc15_decoder_metadata_count(lease.pointer(), count));
      for (long index = 0; index < count[0]; ++index) {
        int status = Native.pc15_decoder_metadata_info(lease.pointer(), index, type, size);
        if (status == Native.PC15_OK) {
          types.add(MetadataType.of(type[0]));
        } else if (status != Native.PC15_ERROR_CRC && status != Native.PC15_ERROR_TRUNCATED) {
          throw new Pc15Exception(status, "");
        }
      }
    }
    return types;
  }

  /**
   * One item of metadata.
   *
   * @param type which
   * @return its bytes as they were stored; empty: there is none
   * @throws Pc15Exception CRC, TRUNCATED: it is damaged (tolerant decoders only); the file stays open
   */
  public Optional<byte[]> metadata(MetadataType type) {
    long[] size = new long[1];
    try (NativeHandle.Lease lease = lease()) {
      int status = Native.pc15_decoder_metadata_get(lease.pointer(), type.code(), null, size);
      if (status == Native.PC15_ERROR_NOT_FOUND) {
        return Optional.empty();
      }
      if (status != Native.PC15_OK && status != Native.PC15_NOTE_DST_TOO_SMALL) {
        throw new Pc15Exception(status, type + " metadata"); // no poison: the rest of the file may be fine
      }
      try (Memory memory = Memory.allocate(size[0])) {
        status = Native.pc15_decoder_metadata_get(lease.pointer(), type.code(), memory.view(), size);
        if (status != Native.PC15_OK) {
          throw new Pc15Exception(status, type + " metadata");
        }
        byte[] item = new byte[(int) size[0]];
        memory.view().get(0, item);
        return Optional.of(item);
      }
    }
  }

  /**
   * The parts of the file in order. Parts that a truncated file lacks are listed where they would lie, not intact.
   *
   * @return every byte of the file belongs to exactly one
   */
  public List<PartInfo> parts() {
    List<PartInfo> parts = new ArrayList<>();
    long[] count = new long[1];
    try (NativeHandle.Lease lease = lease(); pc15_part_info raw = new pc15_part_info()) {
      decoder.check(lease, Native.pc15_decoder_part_count(lease.pointer(), count));
      for (long index = 0; index < count[0]; ++index) {
        decoder.check(lease, Native.pc15_decoder_part_info(lease.pointer(), index, raw));
        parts.add(PartInfo.of(raw));
      }
    }
    return parts;
  }

  /**
   * The tile map, in scan order.
   *
   * @return one item per tile; empty when the file has no programs
   * @throws Pc15Exception the data errors
   */
  public List<TileInfo> tiles() {
    List<TileInfo> tiles = new ArrayList<>();
    long[] count = new long[1];
    try (NativeHandle.Lease lease = lease(); pc15_tile_info raw = new pc15_tile_info()) {
      decoder.check(lease, Native.pc15_decoder_tile_count(lease.pointer(), count));
      for (long index = 0; index < count[0]; ++index) {
        decoder.check(lease, Native.pc15_decoder_tile_info(lease.pointer(), index, raw));
        tiles.add(TileInfo.of(raw));
      }
    }
    return tiles;
  }

  /**
   * The smooth part of the program that a tile renders.
   *
   * @param tile its number, or {@link #IMAGE_PROGRAM}
   * @return empty: it renders no program
   * @throws Pc15Exception OUT_OF_RANGE: no such tile; the data errors
   */
  public Optional<FieldInfo> field(int tile) {
    try (NativeHandle.Lease lease = lease(); pc15_field_info raw = new pc15_field_info()) {
      return field(lease, tile, raw) ? Optional.of(FieldInfo.of(raw)) : Optional.empty();
    }
  }

  /**
   * The layers of the program that a tile renders, bottom first.
   *
   * @param tile its number, or {@link #IMAGE_PROGRAM}
   * @return empty also when it renders no program
   * @throws Pc15Exception OUT_OF_RANGE: no such tile; the data errors
   */
  public List<LayerInfo> layers(int tile) {
    List<LayerInfo> layers = new ArrayList<>();
    try (NativeHandle.Lease lease = lease();
        pc15_field_info field = new pc15_field_info();
        pc15_layer_info raw = new pc15_layer_info()) {
      if (!field(lease, tile, field)) {
        return layers;
      }
      for (long index = 0; index < field.getLayer_count(); ++index) {
        decoder.check(lease, Native.pc15_decoder_layer_info(lease.pointer(), number(tile), index, raw));
        layers.add(LayerInfo.of(raw));
      }
    }
    return layers;
  }

  /** False when the tile renders no program. */
  private boolean field(NativeHandle.Lease lease, int tile, pc15_field_info raw) {
    int status = Native.pc15_decoder_field_info(lease.pointer(), number(tile), raw);
    return decoder.check(lease, status, Native.PC15_ERROR_NOT_FOUND) == Native.PC15_OK;
  }

  private static long number(int tile) {
    return tile == IMAGE_PROGRAM ? Native.PC15_TILE_IMAGE : tile & 0xffffffffL;
  }

  /** Closes the file; the decoder stays open. Does nothing when the decoder has turned to another file or is closed. */
  @Override
  public void close() {
    if (decoder.handle.isClosed()) {
      return;
    }
    try (NativeHandle.Lease lease = decoder.handle.lease()) {
      if (decoder.openFile == this) {
        Native.pc15_decoder_close(lease.pointer());
        lease.borrow(null);
        decoder.openFile = null;
      }
    }
  }
}
