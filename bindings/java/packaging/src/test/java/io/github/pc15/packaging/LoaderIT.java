// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the native library comes from, and what is said when it does not. */
class LoaderIT {
  private static final Path[] WITHOUT_NATIVES = {Processes.CORE, Processes.IMAGEIO, Processes.CLASSES};

  @TempDir
  Path folder;
  private Path library;
  private Path temporary;

  @BeforeEach
  void unpack() throws IOException {
    temporary = Files.createDirectory(folder.resolve("tmp"));
    try (FileSystem jar = open(Processes.NATIVES); Stream<Path> files = Files.walk(jar.getPath("/META-INF/pc15"))) {
      Path found = files.filter(path -> path.toString().endsWith(".so")).findFirst().orElseThrow();
      library = folder.resolve(found.getFileName().toString());
      Files.copy(found, library);
    }
  }

  private static FileSystem open(Path jar) throws IOException {
    return FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of());
  }

  private String run(Path jar, String... options) throws Exception {
    List<Path> entries = new java.util.ArrayList<>(List.of(WITHOUT_NATIVES));
    if (jar != null) {
      entries.add(jar);
    }
    List<String> arguments = new java.util.ArrayList<>(List.of(options));
    arguments.addAll(List.of("-Dpc15.library.tmpdir=" + temporary, "-cp", Processes.path(entries.toArray(new Path[0]))));
    return Processes.java(arguments.toArray(new String[0]));
  }

  private static void works(String output) {
    assertTrue(output.startsWith("0\nwritten true\nread 40 x 30\n"), output);
  }

  private static void fails(String output, String... texts) {
    assertTrue(output.startsWith("1\n"), output);
    for (String text : texts) {
      assertTrue(output.contains(text), output);
    }
  }

  private void assertNothingLeft() throws IOException {
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(List.of(), left.toList());
    }
  }

  @Test
  void aFolderOrFileThatThePropertyNames() throws Exception {
    works(run(null, "-Dpc15.library.path=" + folder));
    works(run(null, "-Dpc15.library.path=" + library));
    assertNothingLeft();
  }

  @Test
  void thePropertyHasNoFallback() throws Exception {
    fails(run(Processes.NATIVES, "-Dpc15.library.path=" + folder.resolve("nothing.so")), "nothing.so");
  }

  @Test
  void aSystemLibrary() throws Exception {
    works(run(null, "-Djava.library.path=" + folder));
    assertNothingLeft();
  }

  @Test
  void theCopyInTheJarIsDeletedAtOnce() throws Exception {
    works(run(Processes.NATIVES));
    assertNothingLeft();
  }

  @Test
  void noLibraryAtAll() throws Exception {
    fails(run(null), "IIOException", "Add io.github.pc15:pc15-natives:", "pc15.library.path");
  }

  @Test
  void aDamagedCopyIsNotLoaded() throws Exception {
    Path damaged = Files.copy(Processes.NATIVES, folder.resolve("damaged.jar"));
    try (FileSystem jar = open(damaged); Stream<Path> files = Files.walk(jar.getPath("/META-INF/pc15"))) {
      Path inside = files.filter(path -> path.toString().endsWith(".so")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(inside);
      bytes[bytes.length / 2] ^= 1;
      Files.write(inside, bytes);
    }
    fails(run(damaged), "damaged: its SHA-256");
    assertNothingLeft();
  }

  @Test
  void aTemporaryFolderThatIsMissing() throws Exception {
    Files.delete(temporary);
    String output = run(Processes.NATIVES);
    fails(output, "pc15.library.tmpdir");
    assertFalse(output.contains("SIGSEGV"));
  }

  @Test
  void aFileThatIsNoLibrary() throws Exception {
    Path text = Files.writeString(folder.resolve("text.so"), "no library");
    fails(run(null, "-Dpc15.library.path=" + text), "the native library of libpc15 cannot be used");
  }
}
