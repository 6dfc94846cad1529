// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.RowSink;
import io.github.pc15.internal.memory.Memory;
import io.github.pc15.internal.pc15_image_info;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.util.Objects;

/** What Pc15Decoder and Pc15File do with an open file, under the lease of the caller. */
final class Opening {
  private Opening() {
  }

  /** Opens a file for a call or for a Pc15File. */
  static ImageInfo open(Pc15Decoder decoder, NativeHandle.Lease lease, ByteBuffer view) {
    decoder.openFile = null;
    decoder.check(lease, Native.pc15_decoder_open(lease.pointer(), view), Native.PC15_NOTE_DAMAGED);
    try (pc15_image_info raw = new pc15_image_info()) {
      decoder.check(lease, Native.pc15_decoder_info(lease.pointer(), raw));
      return ImageInfo.of(raw);
    }
  }

  /** Decodes a rectangle of the open file. */
  static Pc15Status read(Pc15Decoder decoder, NativeHandle.Lease lease, int scaleLog2, int x, int y, Pixels p,
      ByteBuffer view) {
    return Pc15Status.of(decoder.check(lease, decoder.work(lease, pointer -> Native.pc15_pixels_read(pointer, scaleLog2,
        x, y, p.format().code(), p.width(), p.height(), p.stride(), view)), Native.PC15_NOTE_DAMAGED));
  }

  /** Hands the rows of the open file over. */
  static Pc15Status readRows(Pc15Decoder decoder, NativeHandle.Lease lease, ImageInfo info, PixelFormat format,
      RowListener rows) {
    PixelFormat use = format != null ? format : info.naturalFormat();
    RowSink sink = new RowSink(Objects.requireNonNull(rows, "rows"), use, info.width());
    int status = decoder.work(lease, pointer -> Native.pc15_decoder_read_rows(pointer, use.code(), sink));
    decoder.rethrow(lease, sink.failure());
    return Pc15Status.of(decoder.check(lease, status, Native.PC15_NOTE_DAMAGED));
  }

  /** The same as an image; `region` null is all of the scaled picture. */
  static BufferedImage readImage(Pc15Decoder decoder, NativeHandle.Lease lease, ImageInfo info, Rectangle region,
      int scaleLog2) {
    Rectangle part = region != null ? region
        : new Rectangle(Pc15.scaledSize(info.width(), info.height(), scaleLog2));
    PixelFormat format = info.naturalFormat();
    try (Memory memory = Memory.allocate(Pixels.bytes(format, part.width, part.height, 0))) {
      Pixels picture = new Pixels(memory.view(), format, part.width, part.height);
      read(decoder, lease, scaleLog2, part.x, part.y, picture, memory.view());
      return BufferedImages.toImage(picture);
    }
  }
}
