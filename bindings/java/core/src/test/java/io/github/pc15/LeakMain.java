// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Calls everything that holds native memory again and again and prints by how much the process has grown. */
final class LeakMain {
  private LeakMain() {
  }

  private static long residentKiB() throws IOException {
    System.gc();
    return Files.readAllLines(Path.of("/proc/self/status")).stream().filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).findFirst().orElseThrow();
  }

  /** Files, pixels, handles, structs, references, messages. */
  private static void round(Pixels picture, byte[] file, int number) {
    try (Pc15Encoder encoder = new Pc15Encoder(); Pc15Decoder decoder = new Pc15Decoder()) {
      if (number % 16 == 0) {
        encoder.set(Parameter.EFFORT, 1).setProgressListener((done, total) -> true).encode(picture);
        encoder.stats();
        encoder.tiles();
      }
      decoder.decodeImage(file);
      byte[] room = new byte[picture.width() * picture.height() * 3];
      decoder.decode(ByteBuffer.wrap(file), new Pixels(room, PixelFormat.RGB, picture.width(), picture.height()));
      try (Pc15File open = decoder.open(ByteBuffer.wrap(file))) {
        open.parts();
      }
      try {
        decoder.decode(new byte[] {'P', 'C'});
        throw new AssertionError("two bytes are no file");
      } catch (Pc15Exception expected) {
        expected.status();
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    int calls = Integer.parseInt(arguments[0]);
    Pixels picture = Data.draw(PixelFormat.RGB, 24, 20);
    byte[] file = Data.encode(picture);
    for (int call = 0; call < 3000; ++call) { // until everything is compiled and has its memory
      round(picture, file, call);
    }
    long before = residentKiB();
    for (int call = 0; call < calls; ++call) {
      round(picture, file, call);
      if (call % Math.max(calls / 5, 1) == 0) {
        System.out.printf("leak test: %d calls, %+d KiB%n", call, residentKiB() - before);
      }
    }
    System.out.printf("leak test: %d calls, %d KiB resident, grown by %d KiB%n", calls, before,
        residentKiB() - before);
  }
}
