// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Truncated files and wrong arguments give the statuses of C; native/reference.c asks C. */
class AwkwardInputTest {
  private static int status(Runnable call) {
    try {
      call.run();
      return 0;
    } catch (Pc15Exception error) {
      return error.code();
    }
  }

  private static int decode(ByteBuffer file, boolean tolerant) {
    int[] damaged = new int[1];
    int status = status(() -> {
      try (Pc15Decoder decoder = new Pc15Decoder().set(Parameter.TOLERANT, tolerant)) {
        ImageInfo info;
        try (Pc15File open = decoder.open(file)) {
          info = open.info();
        }
        Pixels out = Pixels.allocate(info.naturalFormat(), info.width(), info.height());
        damaged[0] = decoder.decode(file, out).code();
      }
    });
    return status != 0 ? status : damaged[0];
  }

  @ParameterizedTest
  @CsvSource({"RGB, 70, 50, 0", "Y, 40, 33, 0", "RGBA, 33, 21, 1", "RGB, 300, 20, 0"})
  void everyTruncationGivesTheStatusOfC(PixelFormat format, int width, int height, int lossless, @TempDir Path folder)
      throws Exception {
    byte[] file = Data.encode(Data.draw(format, width, height), Parameter.LOSSLESS, lossless, Parameter.QUALITY, 20,
        Parameter.COMPACT, width > 100 ? 0 : 1);
    Path path = Files.write(folder.resolve("a.pc15"), file);
    Process reference = new ProcessBuilder(System.getProperty("pc15.test.reference"), "statuses", path.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT).start();
    List<String> expected = new String(reference.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).lines()
        .toList();
    assertEquals(0, reference.waitFor());
    assertEquals(file.length + 1, expected.size());
    List<String> found = new ArrayList<>();
    for (int length = 0; length <= file.length; ++length) {
      ByteBuffer prefix = Data.direct(Arrays.copyOf(file, length));
      found.add(status(() -> Pc15.probe(prefix)) + " " + decode(prefix, false) + " " + decode(prefix, true) + " "
          + status(() -> {
            try (Pc15Decoder decoder = new Pc15Decoder()) {
              decoder.verify(prefix);
            }
          }));
    }
    assertEquals(expected, found);
    assertTrue(found.stream().distinct().count() >= 2, "the statuses differ from prefix to prefix");
  }

  private static final byte[] FILE = Data.encode(Data.draw(PixelFormat.RGB, 70, 50));

  private static Pc15Status into(Pixels out) {
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      return decoder.decode(ByteBuffer.wrap(FILE), out);
    }
  }

  private static Pc15Status failure(Runnable call) {
    return assertThrows(Pc15Exception.class, call::run).status();
  }

  @Test
  void wrongSizesAreRefused() {
    ByteBuffer room = ByteBuffer.allocateDirect(70 * 50 * 3);
    assertEquals(Pc15Status.OK, into(new Pixels(room, PixelFormat.RGB, 70, 50)));
    for (int[] size : new int[][] {{69, 50}, {70, 49}, {71, 50}, {70, 51}, {0, 50}, {-1, 50}, {70, -50},
        {Integer.MAX_VALUE, 50}, {Integer.MIN_VALUE, Integer.MIN_VALUE}}) {
      Pixels out = new Pixels(room, PixelFormat.RGB, size[0], size[1]);
      Pc15Status status = failure(() -> into(out));
      assertTrue(status == Pc15Status.INVALID_ARGUMENT || status == Pc15Status.OUT_OF_RANGE, size[0] + ": " + status);
    }
    for (long stride : new long[] {209, -209, 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
      Pixels out = new Pixels(room, PixelFormat.RGB, 70, 50, stride);
      Pc15Status status = failure(() -> into(out));
      assertTrue(status == Pc15Status.INVALID_ARGUMENT || status == Pc15Status.OUT_OF_RANGE
          || status == Pc15Status.DST_TOO_SMALL, stride + ": " + status);
    }
  }

  @Test
  void aBufferThatIsTooShortIsRefusedByItsLength() {
    for (ByteBuffer room : new ByteBuffer[] {ByteBuffer.allocateDirect(70 * 50 * 3 - 1), ByteBuffer.allocate(0),
        ByteBuffer.allocateDirect(0), ByteBuffer.allocateDirect(70 * 50 * 3).limit(70 * 50 * 3 - 1),
        ByteBuffer.allocateDirect(70 * 50 * 3).position(1), ByteBuffer.allocate(70 * 50 * 3).position(1)}) {
      assertEquals(Pc15Status.DST_TOO_SMALL, failure(() -> into(new Pixels(room, PixelFormat.RGB, 70, 50))));
      try (Pc15Encoder encoder = new Pc15Encoder()) {
        assertEquals(Pc15Status.INVALID_ARGUMENT,
            failure(() -> encoder.encode(new Pixels(room, PixelFormat.RGB, 70, 50))));
      }
    }
  }

  @Test
  void emptyAndForeignFilesAreRefused() {
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      assertEquals(Pc15Status.TRUNCATED, failure(() -> decoder.decode(new byte[0])));
      assertEquals(Pc15Status.NOT_PC15, failure(() -> decoder.decode("GIF89a, and more of it".getBytes(
          StandardCharsets.US_ASCII))));
      assertThrows(NullPointerException.class, () -> decoder.decode((byte[]) null));
      // The handle is not poisoned for its user.
      assertEquals(70, decoder.decode(FILE).width());
    }
    assertEquals(Pc15Status.NEED_INPUT, failure(() -> Pc15.probe(Arrays.copyOf(FILE, 9))));
    Pc15Exception error = assertThrows(Pc15Exception.class, () -> Pc15.probe(Arrays.copyOf(FILE, 9)));
    assertTrue(error.bytesNeeded() > 9 && error.bytesNeeded() <= FILE.length);
    assertThrows(Pc15Exception.class, () -> Pc15.probe(ByteBuffer.wrap(FILE), new Limits(69, 50, 9, 9999, 1 << 30, 9)));
  }

  @Test
  void regionsOutsideAreRefused() {
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      Pixels out = Pixels.allocate(PixelFormat.RGB, 10, 10);
      ByteBuffer file = ByteBuffer.wrap(FILE);
      assertEquals(Pc15Status.OK, decoder.decodeRegion(file, 60, 40, out));
      for (int[] place : new int[][] {{61, 40}, {60, 41}, {-1, 0}, {0, -1}, {Integer.MAX_VALUE, 0},
          {Integer.MIN_VALUE, Integer.MIN_VALUE}}) {
        assertEquals(Pc15Status.OUT_OF_RANGE, failure(() -> decoder.decodeRegion(file, place[0], place[1], out)));
      }
      for (int scale : new int[] {-3, 4, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        assertEquals(Pc15Status.OUT_OF_RANGE, failure(() -> decoder.decodeScaled(file, scale, 0, 0, out)));
      }
    }
  }

  @Test
  void parametersAreChecked() throws IOException {
    try (Pc15Encoder encoder = new Pc15Encoder(); Pc15Decoder decoder = new Pc15Decoder()) {
      assertEquals(Pc15Status.UNKNOWN_PARAM, failure(() -> encoder.set(Parameter.TOLERANT, 1)));
      assertEquals(Pc15Status.UNKNOWN_PARAM, failure(() -> decoder.set(Parameter.QUALITY, 1)));
      assertEquals(Pc15Status.OUT_OF_RANGE, failure(() -> encoder.set(Parameter.QUALITY, 101)));
      assertEquals(Pc15Status.OUT_OF_RANGE, failure(() -> encoder.set(Parameter.QUALITY, Double.NaN)));
      assertEquals(Pc15Status.OUT_OF_RANGE, failure(() -> encoder.set(Parameter.EFFORT, Long.MAX_VALUE)));
      assertEquals(Pc15Status.WRONG_STATE, failure(encoder::stats));
      assertEquals(Pc15Status.WRONG_STATE, failure(encoder::result));
      assertEquals(Pc15Status.WRONG_STATE, failure(decoder::damage));
      assertEquals(Pc15Status.INVALID_ARGUMENT,
          failure(() -> encoder.setMetadata(MetadataType.TEXT, new byte[] {(byte) 0xff})));
    }
  }
}
