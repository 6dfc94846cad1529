// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many pictures in one call, pictures row by row, and repair. */
class BatchTest {
  private static List<Pixels> pictures() {
    List<Pixels> pictures = new ArrayList<>();
    for (int k = 0; k < 8; ++k) {
      pictures.add(Data.draw(PixelFormat.values()[k % 3], 20 + 7 * k, 60 - 5 * k));
    }
    return pictures;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aBatchIsAsManySingleCalls(int threads) {
    List<Pixels> pictures = pictures();
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1).set(Parameter.THREADS, threads);
        Pc15Decoder decoder = new Pc15Decoder().set(Parameter.THREADS, threads)) {
      pictures.add(4, new Pixels(new byte[80], PixelFormat.Y, 9, 9));
      List<BatchResult<byte[]>> encoded = encoder.encodeBatch(pictures);
      Pc15Exception error = encoded.remove(4).error();
      pictures.remove(4);
      assertEquals(Pc15Status.INVALID_ARGUMENT, error.status());
      assertTrue(error.getMessage().contains("picture 4: "), error.getMessage());
      List<ByteBuffer> files = new ArrayList<>();
      for (int k = 0; k < pictures.size(); ++k) {
        assertArrayEquals(encoder.encode(pictures.get(k)), encoded.get(k).get());
        files.add(k % 2 == 0 ? ByteBuffer.wrap(encoded.get(k).get()) : Data.direct(encoded.get(k).get()));
      }
      byte[] broken = encoded.get(2).get().clone();
      broken[broken.length - 3] ^= 1;
      files.set(2, ByteBuffer.wrap(broken));
      files.add(ByteBuffer.wrap("no file at all".getBytes()));
      List<BatchResult<Pixels>> decoded = decoder.decodeBatch(files);
      assertEquals(9, decoded.size());
      for (int k = 0; k < 8; ++k) {
        assertEquals(k == 2, decoded.get(k).error() != null);
        if (k != 2) {
          assertArrayEquals(decoder.decode(encoded.get(k).get()).toArray(), decoded.get(k).get().toArray());
        }
      }
      assertTrue(decoded.get(2).error().status().isDataError());
      assertThrows(Pc15Exception.class, decoded.get(2)::get);
      assertEquals(Pc15Status.NOT_PC15, decoded.get(8).error().status());
      assertTrue(encoder.encodeBatch(List.of()).isEmpty() && decoder.decodeBatch(List.of()).isEmpty());
    }
  }

  @Test
  void batchesIntoMemoryOfTheCaller() {
    byte[] file = Data.encode(Data.draw(PixelFormat.RGB, 30, 20));
    List<Pixels> out = List.of(new Pixels(new byte[600], PixelFormat.Y, 30, 20), // not direct
        Pixels.allocate(PixelFormat.RGB, 31, 10));
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      List<BatchResult<Pixels>> found = decoder.decodeBatch(List.of(ByteBuffer.wrap(file), ByteBuffer.wrap(file)), out);
      assertSame(out.get(0), found.get(0).get());
      assertNull(found.get(1).value());
      assertEquals(Pc15Status.OUT_OF_RANGE, found.get(1).error().status());
      assertArrayEquals(decoder.decode(ByteBuffer.wrap(file), PixelFormat.Y).toArray(), out.get(0).toArray());
      assertThrows(IllegalArgumentException.class, () -> decoder.decodeBatch(List.of(), out));
      decoder.set(Parameter.MAX_PIXELS, 599);
      assertEquals(Pc15Status.LIMIT, decoder.decodeBatch(List.of(ByteBuffer.wrap(file))).get(0).error().status());
    }
  }

  @Test
  void aBatchCanBeCancelled() {
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1)) {
      encoder.setProgressListener((done, total) -> false);
      Pc15Exception error = assertThrows(Pc15Exception.class, () -> encoder.encodeBatch(pictures()));
      assertEquals(Pc15Status.CANCELLED, error.status());
      encoder.setProgressListener(null);
      assertNull(encoder.encodeBatch(pictures()).get(7).error());
    }
  }

  @Test
  void rowsAreThePicture() throws IOException {
    byte[] file = Data.encode(BufferedImages.toPixels(Data.parrots()));
    for (PixelFormat format : new PixelFormat[] {null, PixelFormat.Y, PixelFormat.RGBA}) {
      try (Pc15Decoder decoder = new Pc15Decoder().set(Parameter.THREADS, 2)) {
        Pixels whole = decoder.decode(ByteBuffer.wrap(file), format);
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        int[] next = {0};
        RowListener take = (y, rows) -> {
          assertEquals(next[0], y);
          assertTrue(rows.height() >= 1 && rows.height() <= 64);
          next[0] += rows.height();
          taken.writeBytes(rows.toArray());
          return true;
        };
        assertEquals(Pc15Status.OK, decoder.decodeRows(ByteBuffer.wrap(file), format, take));
        assertArrayEquals(whole.toArray(), taken.toByteArray());
        taken.reset();
        next[0] = 0;
        try (Pc15File open = decoder.open(ByteBuffer.wrap(file))) {
          open.readRows(format, take);
        }
        assertArrayEquals(whole.toArray(), taken.toByteArray());
      }
    }
  }

  @Test
  void aListenerEndsTheDecode() throws IOException {
    ByteBuffer file = ByteBuffer.wrap(Data.encode(BufferedImages.toPixels(Data.parrots())));
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      Pc15Exception stopped =
          assertThrows(Pc15Exception.class, () -> decoder.decodeRows(file, null, (y, rows) -> y < 100));
      assertEquals(Pc15Status.CANCELLED, stopped.status());
      UncheckedIOException mine = new UncheckedIOException(new IOException("disk full"));
      assertSame(mine, assertThrows(UncheckedIOException.class, () -> decoder.decodeRows(file, null, (y, rows) -> {
        throw mine;
      })));
      assertThrows(IllegalStateException.class,
          () -> decoder.decodeRows(file, null, (y, rows) -> decoder.decode(file) != null));
      assertThrows(NullPointerException.class, () -> decoder.decodeRows(file, null, null));
      assertEquals(512, decoder.decode(file).height());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64})
  void encodingFromRows(int step) {
    Pixels picture = Data.draw(PixelFormat.RGB, 70, 150);
    byte[] samples = picture.toArray();
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1).set(Parameter.THREADS, 2)) {
      RowSource source = (y, rows) -> {
        int count = Math.min(step, rows.remaining() / 210);
        assertTrue(rows.isDirect() && rows.remaining() <= 64 * 210 && rows.remaining() <= (150 - y) * 210);
        rows.put(samples, y * 210, count * 210);
      };
      assertArrayEquals(encoder.encode(picture), encoder.encodeRows(PixelFormat.RGB, 70, 150, source));
      int[] readings = {0};
      byte[] given = samples.clone();
      RowSource again = new RowSource() {
        @Override
        public void readRows(int y, ByteBuffer rows) {
          readings[0] += y == 0 ? 1 : 0;
          rows.put(given, y * 210, rows.remaining());
        }

        @Override
        public boolean canRestart() {
          return true;
        }
      };
      assertArrayEquals(encoder.encode(picture), encoder.encodeRows(PixelFormat.RGB, 70, 150, again));
      assertTrue(readings[0] >= 2);
      RowSource changing = new RowSource() {
        @Override
        public void readRows(int y, ByteBuffer rows) {
          given[0]++;
          again.readRows(y, rows);
        }

        @Override
        public boolean canRestart() {
          return true;
        }
      };
      assertEquals(Pc15Status.INVALID_ARGUMENT, assertThrows(Pc15Exception.class,
          () -> encoder.encodeRows(PixelFormat.RGB, 70, 150, changing)).status());
      UncheckedIOException mine = new UncheckedIOException(new IOException("torn tape"));
      assertSame(mine, assertThrows(UncheckedIOException.class,
          () -> encoder.encodeRows(PixelFormat.RGB, 70, 150, (y, rows) -> {
            if (y > 100) {
              throw mine;
            }
            source.readRows(y, rows);
          })));
      assertThrows(IllegalStateException.class,
          () -> encoder.encodeRows(PixelFormat.RGB, 70, 150, (y, rows) -> rows.put((byte) 1)));
      assertThrows(IllegalStateException.class,
          () -> encoder.encodeRows(PixelFormat.RGB, 70, 150, (y, rows) -> { }));
      assertEquals(Pc15Status.OUT_OF_RANGE, assertThrows(Pc15Exception.class,
          () -> encoder.encodeRows(PixelFormat.RGB, 0, 150, source)).status());
      assertArrayEquals(encoder.encode(picture), encoder.encodeRows(PixelFormat.RGB, 70, 150, source));
    }
  }

  @Test
  void aDamagedFileIsMadeWhole() throws IOException {
    byte[] file = Data.encode(BufferedImages.toPixels(Data.parrots()));
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      Repair whole = decoder.repair(ByteBuffer.wrap(file));
      assertArrayEquals(file, whole.file());
      assertTrue(whole.complete() && whole.cells() == 6 && whole.cellsLost() == 0);
      byte[] damaged = file.clone();
      try (Pc15File open = decoder.open(ByteBuffer.wrap(file))) {
        PartInfo cell = open.parts().stream().filter(p -> p.kind() == PartKind.CELL).findFirst().orElseThrow();
        damaged[(int) (cell.offset() + cell.size() / 2)] ^= 8;
      }
      Repair mended = decoder.repair(ByteBuffer.wrap(damaged));
      assertFalse(mended.complete() || mended.indexRebuilt());
      assertEquals(1, mended.cellsLost());
      decoder.verify(ByteBuffer.wrap(mended.file()));
      assertThrows(Pc15Exception.class, () -> decoder.repair(ByteBuffer.allocate(200)));
    }
  }
}
