// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.RowPull;
import io.github.pc15.internal.memory.Memory;
import io.github.pc15.internal.pc15_generator_stats;
import io.github.pc15.internal.pc15_stats;
import io.github.pc15.internal.pc15_tile_info;
import java.awt.image.RenderedImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Encodes pictures. Keeps its parameters from picture to picture, and tells what the last encode did.
 *
 * <p>Threads: one at a time; a second one gets an IllegalStateException. {@link #cancel()} and {@link #close()} may come
 * from any thread. Different encoders share nothing.
 *
 * <p>Close it: its memory is outside the heap. One that is forgotten is freed after it was collected.
 */
public final class Pc15Encoder extends CodecHandle<Pc15Encoder> {
  private static final Functions FUNCTIONS = new EncoderFunctions();

  private final Map<MetadataType, byte[]> metadata = new EnumMap<>(MetadataType.class);

  /**
   * An encoder with default parameters.
   *
   * @throws Pc15Exception NO_MEMORY
   * @throws UnsatisfiedLinkError when the native library is not found
   */
  public Pc15Encoder() {
    super("encoder", FUNCTIONS);
  }

  @Override
  Pc15Encoder self() {
    return this;
  }

  /**
   * Sets metadata of the files from now on; copied. A leading {@code "Exif\0\0"} of EXIF is dropped.
   *
   * @param type which item
   * @param item its bytes; null or empty removes the item
   * @return this
   * @throws Pc15Exception INVALID_ARGUMENT: text that is not UTF-8; LIMIT: too much for a decoder with default limits
   */
  public Pc15Encoder setMetadata(MetadataType type, byte[] item) {
    byte[] content = Pc15.withoutExifPrefix(type, item == null ? new byte[0] : item.clone());
    try (NativeHandle.Lease lease = handle.lease(); Memory memory = Memory.input(content)) {
      check(lease, Native.pc15_encoder_set_metadata(lease.pointer(), type.code(), memory.view()));
      metadata.put(type, content);
    }
    return this;
  }

  @Override
  void restore(long pointer) {
    metadata.forEach((type, item) -> {
      try (Memory memory = Memory.input(item)) {
        Native.pc15_encoder_set_metadata(pointer, type.code(), memory.view());
      }
    });
  }

  /**
   * Uses a model from now on, which travels in the files; copied.
   *
   * @param model the model; null goes back to the one of the library, which costs a file nothing
   * @return this
   * @throws Pc15Exception WRONG_STATE: an empty model
   */
  public Pc15Encoder setModel(Pc15Model model) {
    try (NativeHandle.Lease lease = handle.lease();
        NativeHandle.Lease other = model == null ? null : model.handle.lease()) {
      check(lease, Native.pc15_encoder_set_model(lease.pointer(), other == null ? 0 : other.pointer()));
    }
    return this;
  }

  /**
   * Encodes a picture. The bytes depend on samples, parameters, metadata and the version of the library only.
   *
   * @param picture the picture, which is only read
   * @return the file
   * @throws Pc15Exception CANCELLED, INVALID_ARGUMENT (stride, a short buffer, parameters that contradict each other),
   *     OUT_OF_RANGE (sizes), LIMIT, NO_MEMORY
   */
  public byte[] encode(Pixels picture) {
    try (NativeHandle.Lease lease = handle.lease(); Memory memory = Memory.input(picture.data())) {
      NativeBytes file = new NativeBytes(encode(lease, picture, memory));
      try (file) {
        return file.toArray();
      }
    }
  }

  /**
   * Encodes many pictures, each as {@link #encode(Pixels)} would. Small ones are coded one to a thread
   * ({@link Parameter#THREADS}), large ones one after another, with working memory that is kept from picture to picture.
   * One that fails stops no other. {@link #result()}, {@link #stats()} and {@link #tiles()} know nothing of a batch.
   *
   * @param pictures the pictures, which are only read
   * @return a file or an error for each, in their order
   * @throws Pc15Exception CANCELLED: all files are given up
   */
  public List<BatchResult<byte[]>> encodeBatch(List<Pixels> pictures) {
    int[] statuses = new int[pictures.size()];
    long[] buffers = new long[pictures.size()];
    try (NativeHandle.Lease lease = handle.lease();
        BatchMemory memory = BatchMemory.pictures(pictures, false)) {
      try {
        int status = checkBatch(lease, work(lease, pointer -> Native.pc15_batch_encode(pointer, memory.views(),
            BatchMemory.shapes(pictures), statuses, buffers)));
        return BatchResult.of(statuses, status, message(lease), k -> takeBytes(buffers, k));
      } finally {
        for (long buffer : buffers) {
          Native.pc15_buffer_free(buffer);
        }
      }
    }
  }

  private static byte[] takeBytes(long[] buffers, int k) {
    try (NativeBytes file = new NativeBytes(buffers[k])) {
      buffers[k] = 0;
      return file.toArray();
    }
  }

  /**
   * Encodes a picture into a buffer: the file goes to its position, which moves behind it.
   *
   * @param picture the picture, which is only read
   * @param out where the file goes
   * @return bytes of the file
   * @throws Pc15Exception as {@link #encode(Pixels)}; DST_TOO_SMALL: nothing was written, and {@link #result()} has the
   *     file
   * @throws IllegalArgumentException for a read-only buffer
   */
  public int encode(Pixels picture, ByteBuffer out) {
    if (out.isReadOnly()) {
      throw new IllegalArgumentException("the buffer for the result is read-only");
    }
    try (NativeHandle.Lease lease = handle.lease(); Memory memory = Memory.input(picture.data())) {
      try (NativeBytes file = new NativeBytes(encode(lease, picture, memory))) {
        ByteBuffer view = file.view();
        int size = view.remaining();
        if (size > out.remaining()) {
          throw new Pc15Exception(Native.PC15_NOTE_DST_TOO_SMALL,
              "the file has " + size + " bytes, the buffer has room for " + out.remaining(), size);
        }
        out.put(view);
        return size;
      }
    }
  }

  /**
   * Encodes an image: grey as Y, colour as RGB, anything with alpha as RGBA; see {@link BufferedImages}.
   *
   * @param image the image, which is only read
   * @return the file
   * @throws Pc15Exception as {@link #encode(Pixels)}
   * @throws IllegalArgumentException when it has more than 8 bits per sample or is neither grey nor RGB
   */
  public byte[] encode(RenderedImage image) {
    return encode(BufferedImages.toPixels(image));
  }

  private long encode(NativeHandle.Lease lease, Pixels picture, Memory memory) {
    long[] buffer = new long[1];
    check(lease, work(lease, pointer -> Native.pc15_pixels_encode(pointer, memory.view(), picture.format().code(),
        picture.width(), picture.height(), picture.stride(), buffer)));
    return buffer[0];
  }

  /**
   * Encodes a picture that comes row by row and is never whole in memory of the caller. The bytes are those of
   * {@link #encode(Pixels)}.
   *
   * @param format layout of a pixel
   * @param width pixels
   * @param height pixels
   * @param source who gives the rows
   * @return the file
   * @throws Pc15Exception as {@link #encode(Pixels)}; INVALID_ARGUMENT also when a source that can restart gives other
   *     rows the second time
   */
  public byte[] encodeRows(PixelFormat format, int width, int height, RowSource source) {
    RowPull pull = new RowPull(Objects.requireNonNull(source, "source"));
    long[] size = new long[1];
    try (NativeHandle.Lease lease = handle.lease()) {
      int again = source.canRestart() ? 1 : 0;
      int status = work(lease,
          pointer -> Native.pc15_rows_encode(pointer, format.code(), width, height, again, pull, null, size));
      rethrow(lease, pull.failure());
      check(lease, status, Native.PC15_NOTE_DST_TOO_SMALL);
      return result(lease, size);
    }
  }

  /**
   * An upper bound of the file for a picture of this size with the current parameters, metadata and model.
   *
   * @param format layout of a pixel
   * @param width pixels
   * @param height pixels
   * @return bytes
   * @throws Pc15Exception OUT_OF_RANGE: a size
   */
  public long bound(PixelFormat format, int width, int height) {
    long[] size = new long[1];
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, Native.pc15_encode_bound(lease.pointer(), format.code(), width, height, size));
    }
    return size[0];
  }

  /**
   * The last finished file once more.
   *
   * @return the file
   * @throws Pc15Exception WRONG_STATE: there is none since the encoder was made or reset
   */
  public byte[] result() {
    long[] size = new long[1];
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, Native.pc15_encoder_result(lease.pointer(), null, size), Native.PC15_NOTE_DST_TOO_SMALL);
      return result(lease, size);
    }
  }

  private byte[] result(NativeHandle.Lease lease, long[] size) {
    try (Memory memory = Memory.allocate(size[0])) {
      check(lease, Native.pc15_encoder_result(lease.pointer(), memory.view(), size));
      byte[] file = new byte[(int) size[0]];
      memory.view().get(0, file);
      return file;
    }
  }

  /**
   * What the last encode did.
   *
   * @return sizes, quality and effort
   * @throws Pc15Exception WRONG_STATE: nothing was encoded since the encoder was made or reset
   */
  public EncodeStats stats() {
    try (NativeHandle.Lease lease = handle.lease(); pc15_stats raw = new pc15_stats()) {
      check(lease, Native.pc15_encoder_stats(lease.pointer(), raw));
      return EncodeStats.of(raw);
    }
  }

  /**
   * The tile map of the last encode, in scan order.
   *
   * @return one item per tile
   * @throws Pc15Exception WRONG_STATE: nothing was encoded since the encoder was made or reset
   */
  public List<TileInfo> tiles() {
    List<TileInfo> tiles = new ArrayList<>();
    long[] count = new long[1];
    try (NativeHandle.Lease lease = handle.lease(); pc15_tile_info raw = new pc15_tile_info()) {
      check(lease, Native.pc15_encoder_tile_count(lease.pointer(), count));
      for (long index = 0; index < count[0]; ++index) {
        check(lease, Native.pc15_encoder_tile_info(lease.pointer(), index, raw));
        tiles.add(TileInfo.of(raw));
      }
    }
    return tiles;
  }

  /**
   * What the search of the last encode spent on every generator.
   *
   * @return one item per generator
   * @throws Pc15Exception WRONG_STATE: nothing was encoded since the encoder was made or reset
   */
  public List<GeneratorStats> generatorStats() {
    List<GeneratorStats> found = new ArrayList<>();
    try (NativeHandle.Lease lease = handle.lease(); pc15_generator_stats raw = new pc15_generator_stats()) {
      for (Generator generator : Generator.all()) {
        check(lease, Native.pc15_encoder_generator_stats(lease.pointer(), generator.number(), raw));
        found.add(GeneratorStats.of(raw));
      }
    }
    return found;
  }
}
