// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.NativeLoader;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A picture in a byte buffer, to be encoded or to be decoded into. The buffer stays the caller's and is borrowed for the
 * length of a call.
 *
 * <p>The bytes between position and limit of {@code data} are used; neither is changed. A direct buffer is used where it
 * is, the bytes of any other are copied. Buffer, format, sizes and stride are checked by the library when they are used:
 * a buffer that is too short is {@link Pc15Status#INVALID_ARGUMENT} for an encoder and {@link Pc15Status#DST_TOO_SMALL}
 * for a decoder.
 *
 * @param data the rows
 * @param format layout of a pixel
 * @param width pixels, 1 to 65535
 * @param height pixels, 1 to 65535
 * @param stride distance of two rows, bytes; 0: rows without padding; negative: the picture is bottom-up, and the first
 *     byte belongs to its last row. Padding is neither read nor written.
 */
public record Pixels(ByteBuffer data, PixelFormat format, int width, int height, long stride) {
  /**
   * A picture.
   *
   * @param data the rows
   * @param format layout of a pixel
   * @param width pixels
   * @param height pixels
   * @param stride distance of two rows, bytes
   */
  public Pixels {
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(format, "format");
  }

  /**
   * A picture without padding.
   *
   * @param data the rows
   * @param format layout of a pixel
   * @param width pixels
   * @param height pixels
   */
  public Pixels(ByteBuffer data, PixelFormat format, int width, int height) {
    this(data, format, width, height, 0);
  }

  /**
   * A picture without padding in an array, which is copied by every call that uses it.
   *
   * @param data the rows
   * @param format layout of a pixel
   * @param width pixels
   * @param height pixels
   */
  public Pixels(byte[] data, PixelFormat format, int width, int height) {
    this(ByteBuffer.wrap(data), format, width, height, 0);
  }

  /**
   * A black picture in a new direct buffer. Such memory is freed when the collector comes by: keep it for the next
   * picture where there are many.
   *
   * @param format layout of a pixel
   * @param width pixels
   * @param height pixels
   * @return the picture
   * @throws Pc15Exception OUT_OF_RANGE: a size
   * @throws IllegalArgumentException when it has more than 2^31 - 1 bytes
   */
  public static Pixels allocate(PixelFormat format, int width, int height) {
    long size = bytes(format, width, height, 0);
    if (size > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(size + " bytes are more than a ByteBuffer holds: work on regions");
    }
    return new Pixels(ByteBuffer.allocateDirect((int) size), format, width, height);
  }

  /**
   * Bytes that a picture needs: (height - 1) x |stride| + width x channels.
   *
   * @param format layout of a pixel
   * @param width pixels
   * @param height pixels
   * @param stride distance of two rows, bytes; 0 means no padding
   * @return the bytes
   * @throws Pc15Exception INVALID_ARGUMENT: a stride shorter than a row; OUT_OF_RANGE: a size
   */
  public static long bytes(PixelFormat format, int width, int height, long stride) {
    NativeLoader.load();
    long[] size = new long[1];
    Pc15Exception.check(Native.pc15_image_bytes(format.code(), width, height, stride, size));
    return size[0];
  }

  /**
   * The samples as an array without padding, top row first.
   *
   * @return width x height x channels bytes
   * @throws IndexOutOfBoundsException when the buffer is too short
   */
  public byte[] toArray() {
    int row = width * format.channels();
    byte[] samples = new byte[Math.multiplyExact(row, height)];
    for (int y = 0; y < height; ++y) {
      data.get(data.position() + rowOffset(y), samples, y * row, row);
    }
    return samples;
  }

  /** Where row y begins, from the position of the buffer. */
  int rowOffset(int y) {
    long step = stride == 0 ? (long) width * format.channels() : stride;
    return Math.toIntExact(step > 0 ? y * step : (height - 1 - y) * -step);
  }
}
