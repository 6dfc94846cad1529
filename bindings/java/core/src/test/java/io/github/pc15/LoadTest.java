// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Many threads, many calls. */
class LoadTest {
  @Test
  void threadsWithTheirOwnHandlesGetTheSameBytes() throws Exception {
    Pixels picture = Data.draw(PixelFormat.RGBA, 150, 120);
    byte[] expected = Data.encode(picture);
    byte[] decoded;
    try (Pc15Decoder decoder = new Pc15Decoder()) {
      decoded = decoder.decode(expected).toArray();
    }
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> tasks = new ArrayList<>();
      for (int task = 0; task < 8; ++task) {
        boolean direct = task % 2 == 0;
        tasks.add(pool.submit(() -> {
          for (int round = 0; round < 10; ++round) {
            assertArrayEquals(expected, Data.encode(picture, Parameter.THREADS, 1 + round % 3));
            try (Pc15Decoder decoder = new Pc15Decoder().setProgressListener((done, total) -> true)) {
              decoder.set(Parameter.THREADS, 1 + round % 3);
              ByteBuffer file = direct ? Data.direct(expected) : ByteBuffer.wrap(expected);
              assertArrayEquals(decoded, decoder.decode(file).toArray());
            }
          }
        }));
      }
      for (Future<?> task : tasks) {
        task.get();
      }
    } finally {
      pool.shutdown();
    }
  }

  /**
   * In a JVM of its own whose heap does not grow, so that what grows is native. The number of calls is
   * -Dpc15.leak.calls; a leak of 100 bytes per call shows with 100,000.
   */
  @Test
  void manyCallsTakeNoMoreMemory() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "no /proc here");
    int calls = Integer.getInteger("pc15.leak.calls", 5000);
    Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-Dpc15.test.root=" + Data.ROOT, "-cp", System.getProperty("java.class.path"), LeakMain.class.getName(),
        Integer.toString(calls)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    System.out.print(output);
    Matcher matcher = Pattern.compile("grown by (-?\\d+) KiB").matcher(output);
    assertTrue(matcher.find(), output);
    assertTrue(Long.parseLong(matcher.group(1)) < 4 * 1024, output);
  }
}
