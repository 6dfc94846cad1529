// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.packaging;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes, and the jars under test. */
final class Processes {
  static final Path CORE = jar("core");
  static final Path IMAGEIO = jar("imageio");
  static final Path NATIVES = jar("natives");
  static final Path SHADED = jar("shaded");
  static final Path CLASSES = Path.of(System.getProperty("pc15.test.output"), "test-classes");

  private Processes() {
  }

  private static Path jar(String name) {
    return Path.of(System.getProperty("pc15.test." + name));
  }

  static String path(Path... entries) {
    List<String> names = new ArrayList<>();
    for (Path entry : entries) {
      names.add(entry.toString());
    }
    return String.join(System.getProperty("path.separator"), names);
  }

  /** Exit status on the first line, then everything it printed. */
  static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() + "\n" + output;
  }

  static String java(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(
        List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Djava.awt.headless=true"));
    command.addAll(List.of(arguments));
    command.add(Main.class.getName());
    return run(command);
  }
}
