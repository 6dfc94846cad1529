// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import io.github.pc15.internal.Native;
import io.github.pc15.internal.NativeLoader;
import io.github.pc15.internal.memory.Memory;
import io.github.pc15.internal.pc15_difference;
import io.github.pc15.internal.pc15_image_info;
import io.github.pc15.internal.pc15_limits;
import java.awt.Dimension;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What needs neither an encoder nor a decoder.
 *
 * <p>Threads: any, at any time.
 */
public final class Pc15 {
  /** Bytes at the start of a file that {@link #isPc15} looks at. */
  public static final int MAGIC_SIZE = 5;
  /** Bytes at the start of a file that are enough for {@link #probe(ByteBuffer)}, unless it is compact: then all. */
  public static final int HEAD_SIZE = 64;
  /** Smallest scale of a decode: a quarter. */
  public static final int SCALE_LOG2_MIN = Native.PC15_SCALE_LOG2_MIN;
  /** Largest scale of a decode: eight times. */
  public static final int SCALE_LOG2_MAX = Native.PC15_SCALE_LOG2_MAX;

  private Pc15() {
  }

  /**
   * Loads the native library, which every other use does too.
   *
   * <p>It is the file or the folder that the system property {@code pc15.library.path} names, and nothing else where
   * that is set; else the system library {@code pc15jni-VERSION} of {@code java.library.path}; else the copy in the jar
   * {@code pc15-natives}, which is checked against its SHA-256, written to a file in {@code pc15.library.tmpdir} (the
   * default is {@code java.io.tmpdir}), loaded, and deleted.
   *
   * @throws UnsatisfiedLinkError when there is none; the message says what to do
   */
  public static void loadLibrary() {
    NativeLoader.load();
  }

  /**
   * The version of the library.
   *
   * @return for example {@code "0.1.0"}
   */
  public static String version() {
    loadLibrary();
    return Native.pc15_version_string();
  }

  /**
   * What the library was built with.
   *
   * @return one line for bug reports
   */
  public static String buildInfo() {
    loadLibrary();
    return Native.pc15_build_info();
  }

  /**
   * Whether bytes begin like a file. Says nothing about the rest; {@link Pc15Decoder#verify} does. Needs no native
   * library.
   *
   * @param head the first bytes; fewer than {@link #MAGIC_SIZE} are no file
   * @return true for "PC15" and one of the two bytes that can follow
   */
  public static boolean isPc15(byte[] head) {
    return head.length >= MAGIC_SIZE && head[0] == 'P' && head[1] == 'C' && head[2] == '1' && head[3] == '5'
        && (head[4] == (byte) 0x8f || head[4] == (byte) 0xf0);
  }

  /**
   * What a file says about itself, within the default limits.
   *
   * @param file its bytes, from position to limit; {@link #HEAD_SIZE} are enough unless it is compact
   * @return the facts of its head
   * @throws Pc15Exception as {@link #probe(ByteBuffer, Limits)}
   */
  public static ImageInfo probe(ByteBuffer file) {
    return probe(file, null);
  }

  /**
   * What a file says about itself, within the default limits.
   *
   * @param file its bytes; {@link #HEAD_SIZE} are enough unless it is compact
   * @return the facts of its head
   * @throws Pc15Exception as {@link #probe(ByteBuffer, Limits)}
   */
  public static ImageInfo probe(byte[] file) {
    return probe(ByteBuffer.wrap(file), null);
  }

  /**
   * What a file says about itself.
   *
   * @param file its bytes, from position to limit; {@link #HEAD_SIZE} are enough unless it is compact
   * @param limits what to refuse; null is the defaults
   * @return the facts of its head
   * @throws Pc15Exception NEED_INPUT ({@link Pc15Exception#bytesNeeded()} says how many), NOT_PC15, VERSION,
   *     UNSUPPORTED, CRC, CORRUPT, LIMIT
   */
  public static ImageInfo probe(ByteBuffer file, Limits limits) {
    if (!file.isDirect() && file.remaining() > HEAD_SIZE) { // do not copy what is not needed
      try {
        return probeDirect(file.slice(file.position(), HEAD_SIZE), limits);
      } catch (Pc15Exception error) {
        if (error.status() != Pc15Status.NEED_INPUT) {
          throw error;
        }
      }
    }
    return probeDirect(file, limits);
  }

  private static ImageInfo probeDirect(ByteBuffer file, Limits limits) {
    loadLibrary();
    try (Memory input = Memory.input(file);
        pc15_limits bounds = limits == null ? null : limits.raw();
        pc15_image_info raw = new pc15_image_info()) {
      int status = Native.pc15_probe(input.view(), bounds, raw);
      if (status == Native.PC15_NOTE_NEED_INPUT) {
        throw new Pc15Exception(status, "the head of the file needs " + raw.getBytes_needed() + " bytes",
            raw.getBytes_needed());
      }
      Pc15Exception.check(status);
      return ImageInfo.of(raw);
    }
  }

  /**
   * The size of a picture at a scale: width and height times 2^scaleLog2, rounded up.
   *
   * @param width pixels
   * @param height pixels
   * @param scaleLog2 {@link #SCALE_LOG2_MIN} to {@link #SCALE_LOG2_MAX}
   * @return pixels
   * @throws Pc15Exception OUT_OF_RANGE: the scale or a size
   */
  public static Dimension scaledSize(int width, int height, int scaleLog2) {
    loadLibrary();
    long[] wide = new long[1];
    long[] high = new long[1];
    Pc15Exception.check(Native.pc15_scaled_size(width, height, scaleLog2, wide, high));
    return new Dimension((int) wide[0], (int) high[0]);
  }

  /**
   * The first difference of two files. Works for any bytes.
   *
   * @param a the first file, from position to limit
   * @param b the second file, from position to limit
   * @return where they differ
   */
  public static Difference diff(ByteBuffer a, ByteBuffer b) {
    loadLibrary();
    try (Memory first = Memory.input(a); Memory second = Memory.input(b);
        pc15_difference raw = new pc15_difference()) {
      Pc15Exception.check(Native.pc15_diff(first.view(), second.view(), raw));
      return Difference.of(raw);
    }
  }

  /** EXIF as the format stores it: from its TIFF header on. */
  static byte[] withoutExifPrefix(MetadataType type, byte[] item) {
    boolean prefixed = type == MetadataType.EXIF && item.length >= 6 && item[0] == 'E' && item[1] == 'x'
        && item[2] == 'i' && item[3] == 'f' && item[4] == 0 && item[5] == 0;
    return prefixed ? Arrays.copyOfRange(item, 6, item.length) : item;
  }
}
