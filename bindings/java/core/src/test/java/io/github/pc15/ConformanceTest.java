// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The files of tests/conformance decode to the recorded samples, or fail with the recorded status, as from C. */
class ConformanceTest {
  private static final List<String> FOLDERS = List.of("vectors", "random", "models");

  private static List<String> table(String folder) throws IOException {
    return Files.readAllLines(Data.ROOT.resolve("tests/conformance/" + folder + "/vectors.tsv"));
  }

  @Test
  void theTablesHaveNotShrunk() throws IOException {
    assertTrue(table("vectors").size() >= 80 && table("random").size() >= 80 && table("models").size() >= 45);
  }

  @TestFactory
  Stream<DynamicTest> everyVector() throws IOException {
    Stream<DynamicTest> tests = Stream.empty();
    for (String folder : FOLDERS) {
      tests = Stream.concat(tests, table(folder).stream().map(line -> line.split("\t")).map(
          v -> DynamicTest.dynamicTest(folder + "/" + v[0], () -> check(folder, v))));
    }
    return tests;
  }

  private static void check(String folder, String[] v) throws IOException {
    byte[] file = Data.read("tests/conformance/" + folder + "/" + v[0]);
    assertEquals(v[2], Data.crc(file), "the file itself");
    assertEquals(v[1].equals("PC15_OK") ? v[3] : v[1], decode(ByteBuffer.wrap(file), PixelFormat.Y, 1));
    assertEquals(v[1].equals("PC15_OK") ? v[4] : v[1], decode(Data.direct(file), PixelFormat.RGBA, 3));
    assertEquals(v[1], verify(Data.direct(file)));
    if (v[1].equals("PC15_OK")) {
      regions(Data.direct(file), v[4]);
    }
  }

  /** The CRC of the samples, or the name of the status. */
  private static String decode(ByteBuffer file, PixelFormat format, int threads) {
    try (Pc15Decoder decoder = new Pc15Decoder().set(Parameter.THREADS, threads)) {
      Pixels picture = decoder.decode(file, format);
      Pixels again = Pixels.allocate(format, picture.width(), picture.height());
      assertEquals(Pc15Status.OK, decoder.decode(file, again));
      assertEquals(picture.data(), again.data());
      return Data.crc(picture.toArray());
    } catch (Pc15Exception error) {
      assertEquals(error.name(), error.status().constant());
      assertTrue(error.getMessage().startsWith(error.name() + ": "), error.getMessage());
      return error.name();
    }
  }

  private static String verify(ByteBuffer file) {
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      decoder.verify(file);
      return "PC15_OK";
    } catch (Pc15Exception error) {
      return error.name();
    }
  }

  private static void regions(ByteBuffer bytes, String crc) {
    try (Pc15Decoder decoder = new Pc15Decoder(); Pc15File file = decoder.open(bytes)) {
      int width = file.info().width();
      Pixels whole = Pixels.allocate(PixelFormat.RGBA, width, file.info().height());
      for (int y = 0; y < whole.height(); y += 29) {
        for (int x = 0; x < width; x += 37) {
          ByteBuffer corner = whole.data().duplicate().position((y * width + x) * 4);
          file.read(x, y, new Pixels(corner, PixelFormat.RGBA, Math.min(37, width - x),
              Math.min(29, whole.height() - y), width * 4L));
        }
      }
      assertEquals(crc, Data.crc(whole.toArray()));
    }
  }
}
