// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java examples of README.md compile, and the first one runs. */
class ReadmeTest {
  private static final Path README = Path.of(System.getProperty("pc15.test.root"), "bindings/java/README.md");

  private static List<String> examples() throws IOException {
    Matcher matcher = Pattern.compile("(?ms)^```java\n(.*?)^```").matcher(Files.readString(README));
    List<String> examples = new ArrayList<>();
    while (matcher.find()) {
      examples.add(matcher.group(1));
    }
    return examples;
  }

  /** Lines of import stay at the top; the rest becomes a method that has what the examples take for granted. */
  private static String classOf(String example, int number) {
    StringBuilder imports = new StringBuilder();
    StringBuilder body = new StringBuilder();
    example.lines().forEach(line -> (line.startsWith("import ") ? imports : body).append(line).append('\n'));
    return imports + "@SuppressWarnings(\"all\") public class Example" + number + " {\n"
        + "  public static void run(java.io.File folder, java.awt.image.BufferedImage image, byte[] bytes)\n"
        + "      throws Exception {\n"
        + body + "  }\n}\n";
  }

  @Test
  void theExamplesCompileAndTheFirstRuns(@TempDir Path folder) throws Exception {
    List<String> examples = examples();
    assertTrue(examples.size() >= 4, examples.size() + " examples");
    List<String> arguments = new ArrayList<>(List.of("-d", folder.toString(), "-Xlint:all", "-Werror", "-proc:none"));
    for (int number = 0; number < examples.size(); ++number) {
      Path source = folder.resolve("Example" + number + ".java");
      Files.writeString(source, classOf(examples.get(number), number));
      arguments.add(source.toString());
    }
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, System.out, System.out,
        arguments.toArray(new String[0])));
    File input = new File(System.getProperty("pc15.test.root"), "samples/brick.png");
    try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      loader.loadClass("Example0").getMethod("run", File.class, java.awt.image.BufferedImage.class, byte[].class)
          .invoke(null, folder.toFile(), ImageIO.read(input), new byte[0]);
    }
  }
}
