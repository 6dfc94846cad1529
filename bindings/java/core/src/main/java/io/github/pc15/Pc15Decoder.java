// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.memory.Memory;
import io.github.pc15.internal.pc15_repair_report;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Decodes files. Keeps its parameters from file to file.
 *
 * <p>A file is the bytes between position and limit of a buffer; neither is changed. A direct buffer is used where it
 * is, the bytes of any other are copied: {@code ByteBuffer.wrap(array)} will do.
 *
 * <p>Strictly (the default) a file with any damaged, missing or surplus byte is refused whole. With
 * {@link Parameter#TOLERANT} everything that can be proven intact is decoded, lost cells show the programs, the answer
 * is {@link Pc15Status#DAMAGED}, and {@link #damage()} tells which cells are lost.
 *
 * <p>Threads: one at a time; a second one gets an IllegalStateException. {@link #cancel()} and {@link #close()} may come
 * from any thread. Different decoders share nothing.
 *
 * <p>All decodes throw a {@link Pc15Exception} with CANCELLED, the data errors, LIMIT or NO_MEMORY, and can be called
 * again after it. Close a decoder: its memory is outside the heap. One that is forgotten is freed after it was collected.
 */
public final class Pc15Decoder extends CodecHandle<Pc15Decoder> {
  private static final Functions FUNCTIONS = new DecoderFunctions();

  /** The file that open() opened, null when the handle has since done something else. */
  Pc15File openFile;

  /**
   * A decoder with default parameters.
   *
   * @throws Pc15Exception NO_MEMORY
   * @throws UnsatisfiedLinkError when the native library is not found
   */
  public Pc15Decoder() {
    super("decoder", FUNCTIONS);
  }

  @Override
  Pc15Decoder self() {
    return this;
  }

  @Override
  void restore(long pointer) {
    openFile = null;
  }

  /**
   * Decodes the whole picture into new memory, in the format that loses nothing.
   *
   * @param file the file
   * @return the picture, in a direct buffer of its own
   * @throws Pc15Exception see the class
   */
  public Pixels decode(ByteBuffer file) {
    return decode(file, (PixelFormat) null);
  }

  /**
   * Decodes the whole picture into new memory, in the format that loses nothing.
   *
   * @param file the file
   * @return the picture, in a direct buffer of its own
   * @throws Pc15Exception see the class
   */
  public Pixels decode(byte[] file) {
    return decode(ByteBuffer.wrap(file), (PixelFormat) null);
  }

  /**
   * Decodes the whole picture into new memory.
   *
   * @param file the file
   * @param format the format; null is the one that loses nothing. A grey file as RGB repeats Y, a colour file as Y is
   *     its luma, RGBA without alpha is opaque, RGB of a file with alpha leaves it out.
   * @return the picture, in a direct buffer of its own
   * @throws Pc15Exception see the class
   */
  public Pixels decode(ByteBuffer file, PixelFormat format) {
    try (NativeHandle.Lease lease = handle.lease(); Memory input = Memory.input(file)) {
      try {
        ImageInfo info = Opening.open(this, lease, input.view());
        Pixels picture = Pixels.allocate(format != null ? format : info.naturalFormat(), info.width(), info.height());
        Opening.read(this, lease, 0, 0, 0, picture, picture.data());
        return picture;
      } finally {
        Native.pc15_decoder_close(lease.pointer());
      }
    }
  }

  /**
   * Decodes the whole picture into memory of the caller.
   *
   * @param file the file
   * @param out where the picture goes, with the sizes of the file; half written when the decode fails
   * @return {@link Pc15Status#OK}, or {@link Pc15Status#DAMAGED} when tolerant
   * @throws Pc15Exception see the class; INVALID_ARGUMENT: other sizes than the file's, stride; DST_TOO_SMALL
   * @throws IllegalArgumentException for a read-only buffer
   */
  public Pc15Status decode(ByteBuffer file, Pixels out) {
    return decode(file, true, 0, 0, 0, out);
  }

  /**
   * Decodes a rectangle: that crop of the whole picture, at the price of the cells that it touches.
   *
   * @param file the file
   * @param x left side, pixels
   * @param y top, pixels
   * @param out where it goes; its sizes are those of the rectangle
   * @return {@link Pc15Status#OK}, or {@link Pc15Status#DAMAGED} when tolerant
   * @throws Pc15Exception see the class; OUT_OF_RANGE: outside the picture; INVALID_ARGUMENT: stride; DST_TOO_SMALL
   * @throws IllegalArgumentException for a read-only buffer
   */
  public Pc15Status decodeRegion(ByteBuffer file, int x, int y, Pixels out) {
    return decode(file, false, 0, x, y, out);
  }

  /**
   * Decodes a rectangle of the picture at another size. Programs are rendered anew at that size.
   *
   * @param file the file
   * @param scaleLog2 -2 (a quarter) to 3 (eight times); see {@link Pc15#scaledSize}
   * @param x left side, pixels of the scaled picture
   * @param y top, pixels of the scaled picture
   * @param out where it goes; its sizes are those of the rectangle
   * @return {@link Pc15Status#OK}, or {@link Pc15Status#DAMAGED} when tolerant
   * @throws Pc15Exception as {@link #decodeRegion}; OUT_OF_RANGE also for the scale
   * @throws IllegalArgumentException for a read-only buffer
   */
  public Pc15Status decodeScaled(ByteBuffer file, int scaleLog2, int x, int y, Pixels out) {
    return decode(file, false, scaleLog2, x, y, out);
  }

  /**
   * Decodes the whole picture as an image: TYPE_BYTE_GRAY, TYPE_3BYTE_BGR or TYPE_4BYTE_ABGR.
   *
   * @param file the file
   * @return the image
   * @throws Pc15Exception see the class
   */
  public BufferedImage decodeImage(ByteBuffer file) {
    return decodeImage(file, null, 0);
  }

  /**
   * Decodes the whole picture as an image.
   *
   * @param file the file
   * @return the image
   * @throws Pc15Exception see the class
   */
  public BufferedImage decodeImage(byte[] file) {
    return decodeImage(ByteBuffer.wrap(file), null, 0);
  }

  /**
   * Decodes a part of the picture at a size as an image.
   *
   * @param file the file
   * @param region the rectangle in pixels of the scaled picture; null is all of it
   * @param scaleLog2 -2 (a quarter) to 3 (eight times); 0 is the picture as it is
   * @return the image
   * @throws Pc15Exception as {@link #decodeScaled}
   */
  public BufferedImage decodeImage(ByteBuffer file, Rectangle region, int scaleLog2) {
    try (NativeHandle.Lease lease = handle.lease(); Memory input = Memory.input(file)) {
      try {
        ImageInfo info = Opening.open(this, lease, input.view());
        return Opening.readImage(this, lease, info, region, scaleLog2);
      } finally {
        Native.pc15_decoder_close(lease.pointer());
      }
    }
  }

  private Pc15Status decode(ByteBuffer file, boolean whole, int scaleLog2, int x, int y, Pixels out) {
    try (NativeHandle.Lease lease = handle.lease();
        Memory input = Memory.input(file);
        Memory output = Memory.output(out.data())) {
      openFile = null;
      int status = check(lease, work(lease, pointer -> Native.pc15_pixels_decode(pointer, input.view(), whole ? 1 : 0,
          scaleLog2, x, y, out.format().code(), out.width(), out.height(), out.stride(), output.view())),
          Native.PC15_NOTE_DAMAGED);
      output.commit();
      return Pc15Status.of(status);
    }
  }

  /**
   * Opens a file for several regions at the price of one opening, for metadata and for inspection. The buffer is
   * borrowed until the file is closed: a direct one must stay unchanged, any other is copied.
   *
   * @param file the file
   * @return the open file, valid until it or the decoder is closed or the decoder turns to another file
   * @throws Pc15Exception the data errors, LIMIT; when tolerant, what is missing shows later
   */
  public Pc15File open(ByteBuffer file) {
    ByteBuffer view;
    if (file.isDirect()) {
      view = file.slice();
    } else {
      view = ByteBuffer.allocateDirect(file.remaining());
      view.duplicate().put(file.duplicate());
    }
    try (NativeHandle.Lease lease = handle.lease()) {
      lease.borrow(view);
      Pc15File opened = new Pc15File(this, Opening.open(this, lease, view));
      openFile = opened;
      return opened;
    }
  }

  /**
   * Checks every checksum and decodes everything without keeping it; always strict.
   *
   * @param file the file
   * @throws Pc15Exception see the class: the file is not whole
   */
  public void verify(ByteBuffer file) {
    try (NativeHandle.Lease lease = handle.lease(); Memory input = Memory.input(file)) {
      openFile = null;
      check(lease, work(lease, pointer -> Native.pc15_verify(pointer, input.view())));
    }
  }

  /**
   * Decodes many files into new memory, each in the format that loses nothing. Small pictures are decoded one to a thread
   * ({@link Parameter#THREADS}), large ones one after another, with working memory that is kept from picture to picture.
   * A file that fails stops no other.
   *
   * @param files the files
   * @return a picture in a direct buffer of its own, or an error, for each, in their order
   * @throws Pc15Exception CANCELLED
   */
  public List<BatchResult<Pixels>> decodeBatch(List<ByteBuffer> files) {
    List<BatchResult<Pixels>> rooms = new ArrayList<>(files.size());
    List<ByteBuffer> work = new ArrayList<>();
    List<Pixels> out = new ArrayList<>();
    long most = getLong(Parameter.MAX_PIXELS);
    for (ByteBuffer file : files) {
      BatchResult<Pixels> room = roomFor(file, most);
      rooms.add(room);
      if (room.error() == null) {
        work.add(file);
        out.add(room.value());
      }
    }
    Iterator<BatchResult<Pixels>> decoded = decodeBatch(work, out).iterator();
    rooms.replaceAll(room -> room.error() == null ? decoded.next() : room);
    return rooms;
  }

  private static BatchResult<Pixels> roomFor(ByteBuffer file, long most) {
    try {
      ImageInfo info = Pc15.probe(file);
      long pixels = (long) info.width() * info.height();
      if (pixels > most) {
        throw new Pc15Exception(Native.PC15_ERROR_LIMIT, pixels + " pixels, the limit is " + most);
      }
      return new BatchResult<>(Pixels.allocate(info.naturalFormat(), info.width(), info.height()), null);
    } catch (Pc15Exception error) {
      return new BatchResult<>(null, error);
    }
  }

  /**
   * Decodes many files into memory of the caller; see {@link #decodeBatch(List)}.
   *
   * @param files the files
   * @param out where the pictures go, as many as files, with memory of their own each. {@link Pc15#probe} tells the
   *     sizes; a smaller picture gets the part of the file at the top left. Half written where a decode fails.
   * @return for each file its picture of {@code out} or an error; OUT_OF_RANGE: the picture is larger than the file;
   *     INVALID_ARGUMENT: stride; DST_TOO_SMALL
   * @throws Pc15Exception CANCELLED
   * @throws IllegalArgumentException for a read-only buffer, or when there are not as many pictures as files
   */
  public List<BatchResult<Pixels>> decodeBatch(List<ByteBuffer> files, List<Pixels> out) {
    if (files.size() != out.size()) {
      throw new IllegalArgumentException(files.size() + " files and " + out.size() + " pictures");
    }
    int[] statuses = new int[files.size()];
    try (NativeHandle.Lease lease = handle.lease();
        BatchMemory input = BatchMemory.files(files);
        BatchMemory output = BatchMemory.pictures(out, true)) {
      openFile = null;
      int status = checkBatch(lease, work(lease, pointer -> Native.pc15_batch_decode(pointer, input.views(),
          output.views(), BatchMemory.shapes(out), statuses)));
      output.commit();
      return BatchResult.of(statuses, status, message(lease), out::get);
    }
  }

  /**
   * Decodes the whole picture from top to bottom, at most 64 rows at a time. Memory follows the width of the picture and
   * not its height. In a strict decode rows may have been handed over before a broken cell is met.
   *
   * @param file the file
   * @param format the format; null is the one that loses nothing
   * @param rows who takes the rows
   * @return {@link Pc15Status#OK}, or {@link Pc15Status#DAMAGED} when tolerant
   * @throws Pc15Exception see the class; CANCELLED also when the listener says so
   */
  public Pc15Status decodeRows(ByteBuffer file, PixelFormat format, RowListener rows) {
    try (NativeHandle.Lease lease = handle.lease(); Memory input = Memory.input(file)) {
      try {
        ImageInfo info = Opening.open(this, lease, input.view());
        return Opening.readRows(this, lease, info, format, rows);
      } finally {
        Native.pc15_decoder_close(lease.pointer());
      }
    }
  }

  /**
   * Makes a whole file of a damaged one: what is intact is kept as it is, a lost cell shows the programs. The new file
   * was decoded strictly before it is handed out.
   *
   * @param file the file
   * @return the new file, and what was lost
   * @throws Pc15Exception see the class: nothing can be saved, as of a compact file
   */
  public Repair repair(ByteBuffer file) {
    long[] buffer = new long[1];
    try (NativeHandle.Lease lease = handle.lease();
        Memory input = Memory.input(file);
        pc15_repair_report report = new pc15_repair_report()) {
      openFile = null;
      int status = check(lease, work(lease, pointer -> Native.pc15_repair(pointer, input.view(), report, buffer)),
          Native.PC15_NOTE_DAMAGED);
      try (NativeBytes bytes = new NativeBytes(buffer[0])) {
        return Repair.of(bytes.toArray(), status == Native.PC15_OK, report);
      }
    }
  }

  /**
   * The states of the cells after the last decode.
   *
   * @return one byte per cell in scan order, cellCols x cellRows: {@link CellState#code()}; empty for a file without a
   *     residual
   * @throws Pc15Exception WRONG_STATE: nothing was decoded since the decoder was made or reset
   */
  public byte[] damage() {
    long[] count = new long[1];
    try (NativeHandle.Lease lease = handle.lease()) {
      check(lease, Native.pc15_decoder_damage(lease.pointer(), null, count), Native.PC15_NOTE_DST_TOO_SMALL);
      byte[] states = new byte[(int) count[0]];
      if (states.length > 0) {
        try (Memory memory = Memory.allocate(count[0])) {
          check(lease, Native.pc15_decoder_damage(lease.pointer(), memory.view(), count));
          memory.view().get(0, states);
        }
      }
      return states;
    }
  }

  /**
   * A file with one item of metadata set, replaced or removed; the coded picture is copied byte for byte. Always strict.
   *
   * @param file the file
   * @param type which item
   * @param item its bytes; null or empty removes the item. A leading {@code "Exif\0\0"} of EXIF is dropped.
   * @return the new file
   * @throws Pc15Exception the data errors; INVALID_ARGUMENT: text that is not UTF-8; LIMIT
   */
  public byte[] replaceMetadata(ByteBuffer file, MetadataType type, byte[] item) {
    byte[] content = Pc15.withoutExifPrefix(type, item == null ? new byte[0] : item);
    long[] buffer = new long[1];
    try (NativeHandle.Lease lease = handle.lease();
        Memory input = Memory.input(file);
        Memory memory = Memory.input(content)) {
      openFile = null;
      check(lease, Native.pc15_metadata_replace(lease.pointer(), input.view(), type.code(), memory.view(), buffer));
      try (NativeBytes bytes = new NativeBytes(buffer[0])) {
        return bytes.toArray();
      }
    }
  }

  /**
   * The programs of a file as text, in the language of {@code docs/program-text.md}. Residual, alpha and metadata are
   * left out. Always strict.
   *
   * @param file the file
   * @return the text
   * @throws Pc15Exception the data errors; LIMIT
   */
  public String disassemble(ByteBuffer file) {
    long[] buffer = new long[1];
    try (NativeHandle.Lease lease = handle.lease(); Memory input = Memory.input(file)) {
      openFile = null;
      check(lease, Native.pc15_program_disassemble(lease.pointer(), input.view(), buffer));
      try (NativeBytes bytes = new NativeBytes(buffer[0])) {
        return bytes.toText();
      }
    }
  }

  /**
   * The file that a text describes, without a residual.
   *
   * @param text the text
   * @return the file
   * @throws Pc15Exception INVALID_ARGUMENT, NOT_FOUND, OUT_OF_RANGE or LIMIT; after the name of the status the message
   *     has line and column, from 1
   */
  public byte[] assemble(String text) {
    long[] buffer = new long[1];
    try (NativeHandle.Lease lease = handle.lease();
        Memory input = Memory.input(text.getBytes(StandardCharsets.UTF_8))) {
      openFile = null;
      check(lease, Native.pc15_program_assemble(lease.pointer(), input.view(), buffer));
      try (NativeBytes bytes = new NativeBytes(buffer[0])) {
        return bytes.toArray();
      }
    }
  }
}
