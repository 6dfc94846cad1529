// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.bench;

import io.github.pc15.Parameter;
import io.github.pc15.Pc15Decoder;
import io.github.pc15.Pc15Encoder;
import io.github.pc15.PixelFormat;
import io.github.pc15.Pixels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * The price of Java over the C interface: processor time of the calling thread for the same decode and encode, one thread,
 * in Java and in native/bench.c, call by call in turn, so that other work on the machine meets both. Printed are the median
 * and the middle half of the ratios of neighbouring calls.
 */
public final class Overhead {
  private static final int SIZE = Picture.SIZE;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private Overhead() {
  }

  private static native long decodeInC(ByteBuffer file, ByteBuffer out, int width, int height);

  private static native long encodeInC(ByteBuffer pixels, int width, int height);

  /**
   * Measures and prints.
   *
   * @param arguments the number of pairs of decodes; a fifth of it for encodes
   * @throws IOException when the picture cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    System.load(System.getProperty("pc15.bench.reference"));
    int pairs = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 300;
    Pixels picture = Picture.pixels();
    byte[] file = Picture.file(picture);
    ByteBuffer direct = ByteBuffer.allocateDirect(file.length).put(file).flip();
    Pixels room = Pixels.allocate(PixelFormat.RGB, SIZE, SIZE);
    System.out.printf("%d x %d RGB, file of %d bytes%n", SIZE, SIZE, file.length);
    try (Pc15Encoder encoder = new Pc15Encoder().set(Parameter.EFFORT, 1); Pc15Decoder decoder = new Pc15Decoder()) {
      LongSupplier decode = () -> decodeInC(direct, room.data(), SIZE, SIZE);
      compare("decode into a direct buffer", pairs, decode, () -> decoder.decode(direct, room));
      compare("decode as a BufferedImage", pairs, decode, () -> decoder.decodeImage(direct));
      compare("encode a direct buffer to byte[]", pairs / 5, () -> encodeInC(picture.data(), SIZE, SIZE),
          () -> encoder.encode(picture));
    }
  }

  private static void compare(String name, int pairs, LongSupplier reference, Runnable java) {
    double[] inC = new double[pairs];
    double[] inJava = new double[pairs];
    double[] ratios = new double[pairs];
    for (int pair = -pairs / 10; pair < pairs; ++pair) { // the first ones warm up
      // Each goes first in every second pair: what comes second finds the caches as the first left them.
      long c = pair % 2 == 0 ? reference.getAsLong() : 0;
      long start = CLOCK.getCurrentThreadCpuTime();
      java.run();
      long taken = CLOCK.getCurrentThreadCpuTime() - start;
      c = pair % 2 == 0 ? c : reference.getAsLong();
      if (c < 0) {
        throw new IllegalStateException("the C interface failed");
      }
      if (pair >= 0) {
        inC[pair] = c / 1e6;
        inJava[pair] = taken / 1e6;
        ratios[pair] = (double) taken / c;
      }
    }
    Arrays.sort(inC);
    Arrays.sort(inJava);
    Arrays.sort(ratios);
    System.out.printf("%-34s C %.2f ms, Java %.2f ms, median ratio %.4f, middle half %.3f to %.3f, %d pairs%n", name,
        inC[pairs / 2], inJava[pairs / 2], ratios[pairs / 2], ratios[pairs / 4], ratios[pairs * 3 / 4], pairs);
  }
}
