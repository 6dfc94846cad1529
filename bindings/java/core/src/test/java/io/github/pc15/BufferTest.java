// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.pc15.internal.Native;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Direct, heap, sliced, padded, bottom-up and read-only buffers. */
class BufferTest {
  private static final int WIDTH = 61;
  private static final int HEIGHT = 43;
  private static final Pixels PICTURE = Data.draw(PixelFormat.RGB, WIDTH, HEIGHT);
  private static final byte[] FILE = Data.encode(PICTURE);

  private static byte[] decoded() {
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      return decoder.decode(FILE).toArray();
    }
  }

  private static ByteBuffer room(boolean direct, int size) {
    return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void positionAndLimitAreHonouredAndKept(boolean direct) {
    ByteBuffer pixels = room(direct, 5 + WIDTH * HEIGHT * 3 + 9).position(5);
    pixels.put(PICTURE.toArray()).limit(pixels.position()).position(5);
    assertArrayEquals(FILE, Data.encode(new Pixels(pixels, PixelFormat.RGB, WIDTH, HEIGHT)));
    assertEquals(5, pixels.position());

    ByteBuffer file = room(direct, FILE.length + 20).position(7).put(FILE).limit(7 + FILE.length).position(7);
    ByteBuffer out = room(direct, WIDTH * HEIGHT * 3 + 12).position(4);
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      decoder.decode(file, new Pixels(out, PixelFormat.RGB, WIDTH, HEIGHT));
    }
    assertEquals(7, file.position());
    assertEquals(4, out.position());
    byte[] all = new byte[out.capacity()];
    out.duplicate().clear().get(all);
    assertArrayEquals(decoded(), Arrays.copyOfRange(all, 4, all.length - 8));
    assertArrayEquals(new byte[8], Arrays.copyOfRange(all, all.length - 8, all.length));
  }

  @ParameterizedTest
  @ValueSource(longs = {WIDTH * 3L + 10, -(WIDTH * 3L + 10), -WIDTH * 3L})
  void stridesAndPadding(long stride) {
    for (boolean direct : new boolean[] {true, false}) {
      ByteBuffer out = room(direct, (int) Math.abs(stride) * (HEIGHT - 1) + WIDTH * 3);
      for (int k = 0; k < out.capacity(); ++k) {
        out.put(k, (byte) 0x5a);
      }
      Pixels pixels = new Pixels(out, PixelFormat.RGB, WIDTH, HEIGHT, stride);
      try (Pc15Decoder decoder = new Pc15Decoder()) {
        decoder.decode(ByteBuffer.wrap(FILE), pixels);
      }
      assertArrayEquals(decoded(), pixels.toArray());
      for (int y = 0; y < HEIGHT - 1; ++y) {
        for (int k = WIDTH * 3; k < Math.abs(stride); ++k) {
          assertEquals(0x5a, out.get(y * (int) Math.abs(stride) + k), "padding");
        }
      }
      byte[] again = Data.encode(pixels, Parameter.LOSSLESS, 1);
      try (Pc15Decoder decoder = new Pc15Decoder()) {
        assertArrayEquals(pixels.toArray(), decoder.decode(again).toArray());
      }
    }
  }

  @Test
  void readOnlyBuffersAreForInputAlone() {
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1); Pc15Decoder decoder = new Pc15Decoder()) {
      for (boolean direct : new boolean[] {true, false}) {
        ByteBuffer pixels = room(direct, WIDTH * HEIGHT * 3).put(PICTURE.toArray()).flip().asReadOnlyBuffer();
        assertArrayEquals(FILE, encoder.encode(new Pixels(pixels, PixelFormat.RGB, WIDTH, HEIGHT)));
        ByteBuffer file = room(direct, FILE.length).put(FILE).flip().asReadOnlyBuffer();
        assertEquals(WIDTH, decoder.decode(file).width());
        ByteBuffer closed = room(direct, WIDTH * HEIGHT * 3).asReadOnlyBuffer();
        for (Runnable call : new Runnable[] {
            () -> decoder.decode(file, new Pixels(closed, PixelFormat.RGB, WIDTH, HEIGHT)),
            () -> decoder.decodeRegion(file, 0, 0, new Pixels(closed, PixelFormat.RGB, 3, 3)),
            () -> encoder.encode(PICTURE, closed),
            () -> Generator.of("stripes").render(null, 0, new Pixels(closed, PixelFormat.Y, 9, 9))}) {
          assertTrue(assertThrows(IllegalArgumentException.class, call::run).getMessage().contains("read-only"));
        }
      }
    }
  }

  @Test
  void theFileGoesToThePositionOfABuffer() {
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1)) {
      for (boolean direct : new boolean[] {true, false}) {
        ByteBuffer out = room(direct, FILE.length + 8).position(3);
        assertEquals(FILE.length, encoder.encode(PICTURE, out));
        assertEquals(3 + FILE.length, out.position());
        byte[] written = new byte[FILE.length];
        out.get(3, written);
        assertArrayEquals(FILE, written);

        ByteBuffer small = room(direct, FILE.length - 1);
        Pc15Exception error = assertThrows(Pc15Exception.class, () -> encoder.encode(PICTURE, small));
        assertEquals(Pc15Status.DST_TOO_SMALL, error.status());
        assertEquals(FILE.length, error.bytesNeeded());
        assertEquals(0, small.position());
        assertArrayEquals(FILE, encoder.result());
      }
    }
  }

  /** The check in C, below the classes that never let it come to this. */
  @Test
  void nativeCodeRefusesHeapBuffers() {
    String message = assertThrows(IllegalArgumentException.class,
        () -> Native.pc15_diff(ByteBuffer.allocate(4), ByteBuffer.allocateDirect(4), null)).getMessage();
    assertTrue(message.contains("direct ByteBuffer"), message);
  }

  @Test
  void buffersThatOverlapFollowTheLibrary() {
    // The file lies in the buffer that is decoded into: nothing may crash, and the decoder stays usable.
    ByteBuffer both = ByteBuffer.allocateDirect(WIDTH * HEIGHT * 3);
    both.duplicate().put(FILE);
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      try {
        decoder.decode(both.duplicate().limit(FILE.length), new Pixels(both, PixelFormat.RGB, WIDTH, HEIGHT));
      } catch (Pc15Exception dataError) {
        assertTrue(dataError.status().isDataError());
      }
      assertArrayEquals(decoded(), decoder.decode(FILE).toArray());
    }
  }
}
