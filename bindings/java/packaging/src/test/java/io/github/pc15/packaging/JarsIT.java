// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jars on the class path, on the module path and shaded; what the native library exports and needs. */
class JarsIT {
  private static void works(String output) {
    assertTrue(output.startsWith("0\nwritten true\nread 40 x 30\n"), output);
  }

  @Test
  void classPath() throws Exception {
    String output = Processes.java("-cp",
        Processes.path(Processes.CORE, Processes.IMAGEIO, Processes.NATIVES, Processes.CLASSES));
    works(output);
    assertTrue(output.contains("module null"), output);
  }

  @Test
  void modulePath() throws Exception {
    String output = Processes.java("-p", Processes.path(Processes.CORE, Processes.IMAGEIO, Processes.NATIVES),
        "--add-modules", "io.github.pc15.imageio,io.github.pc15.natives", "-cp", Processes.CLASSES.toString());
    works(output);
    assertTrue(output.contains("module io.github.pc15.imageio") && output.contains("internal closed"), output);
  }

  @Test
  void shadedWithAnotherPlugin() throws Exception {
    String output = Processes.java("-cp", Processes.path(Processes.SHADED, Processes.CLASSES));
    works(output);
    assertTrue(output.contains("pcx") || output.contains("raw"), "the other plugin is there: " + output);
    try (JarFile jar = new JarFile(Processes.SHADED.toFile())) {
      for (String service : List.of("ImageReaderSpi", "ImageWriterSpi")) {
        String providers = text(jar, "META-INF/services/javax.imageio.spi." + service);
        assertTrue(providers.contains("io.github.pc15.imageio.Pc15") && providers.contains("com.github.jaiimageio"),
            providers);
      }
    }
  }

  private static String text(JarFile jar, String name) throws IOException {
    try (InputStream in = jar.getInputStream(jar.getEntry(name))) {
      return new String(in.readAllBytes());
    }
  }

  private static Path library(Path folder) throws IOException {
    try (JarFile jar = new JarFile(Processes.NATIVES.toFile())) {
      ZipEntry entry = jar.stream().filter(e -> e.getName().endsWith(".so")).findFirst().orElseThrow();
      Path file = folder.resolve("lib.so");
      try (InputStream in = jar.getInputStream(entry)) {
        Files.copy(in, file);
      }
      return file;
    }
  }

  @Test
  void theLibraryExportsWhatTheJvmNeedsAlone(@TempDir Path folder) throws Exception {
    String output = Processes.run(List.of("nm", "-D", "--defined-only", library(folder).toString()));
    List<String> names = output.lines().skip(1).map(line -> line.replaceAll(".* ", "")).collect(Collectors.toList());
    assertTrue(names.size() > 300 && names.contains("JNI_OnLoad"), output);
    for (String name : names) {
      assertTrue(name.startsWith("Java_io_github_pc15_internal_NativeJNI_") || name.equals("JNI_OnLoad")
          || name.equals("JNI_OnUnload"), name);
    }
  }

  @Test
  void theLibraryNeedsTheCLibraryAlone(@TempDir Path folder) throws Exception {
    String output = Processes.run(List.of("readelf", "-d", library(folder).toString()));
    output.lines().filter(line -> line.contains("(NEEDED)")).forEach(
        line -> assertTrue(line.matches(".*\\[(libc|libm|ld-linux[^\\]]*)\\.so.*"), line));
    assertFalse(output.contains("RPATH") || output.contains("RUNPATH"), output);
  }

  @Test
  void licencesAreInEveryJar() throws IOException {
    for (Path path : List.of(Processes.CORE, Processes.IMAGEIO, Processes.NATIVES)) {
      try (JarFile jar = new JarFile(path.toFile())) {
        assertNotNull(jar.getEntry("META-INF/LICENSE-MIT"), path.toString());
        assertNotNull(jar.getEntry("META-INF/LICENSE-APACHE"), path.toString());
      }
    }
    try (JarFile jar = new JarFile(Processes.NATIVES.toFile())) {
      assertNotNull(jar.getEntry("META-INF/pc15/LICENSES_bundled.txt"));
      assertEquals("io.github.pc15.natives", jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"));
    }
  }
}
