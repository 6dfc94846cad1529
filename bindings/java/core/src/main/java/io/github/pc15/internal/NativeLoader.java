// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Finds the native library: where {@code pc15.library.path} says and nowhere else, then as a system library whose name
 * has the version, then in the class path, from where it is copied to a file that is deleted once it is loaded.
 */
public final class NativeLoader {
  /** The version that the classes were generated for; another library is refused. */
  static final String VERSION = NativeConstants.PC15_VERSION_MAJOR
      + "." + NativeConstants.PC15_VERSION_MINOR
      + "." + NativeConstants.PC15_VERSION_PATCH;
  private static final String NAME = "pc15jni-" + VERSION;

  private static boolean loaded;
  private static String failure;

  private NativeLoader() {
  }

  /** Loads the library once; later calls repeat the outcome. */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    if (failure == null) {
      try {
        find();
        loaded = true;
        return;
      } catch (LinkageError error) {
        failure = error.getMessage();
        throw error;
      }
    }
    throw new UnsatisfiedLinkError(failure);
  }

  private static void find() {
    String path = System.getProperty("pc15.library.path");
    if (path != null) {
      Path file = Path.of(path).toAbsolutePath();
      System.load((Files.isDirectory(file) ? file.resolve(System.mapLibraryName(NAME)) : file).toString());
      return;
    }
    UnsatisfiedLinkError missing;
    try {
      System.loadLibrary(NAME);
      return;
    } catch (UnsatisfiedLinkError error) {
      missing = error;
    }
    try {
      loadCopy();
    } catch (UnsatisfiedLinkError error) {
      error.addSuppressed(missing);
      throw error;
    }
  }

  /** "linux-x86_64": the folder of the library in a jar, and the classifier of that jar. */
  public static String platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String system = os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "macos"
        : os.startsWith("windows") ? "windows" : os.replaceAll("[^a-z0-9]", "");
    return system + "-" + (processor.equals("amd64") || processor.equals("x86-64") ? "x86_64" : processor);
  }

  private static void loadCopy() {
    String resource = "META-INF/pc15/" + platform() + "/" + System.mapLibraryName(NAME);
    ClassLoader loader = NativeLoader.class.getClassLoader(); // a class would look into its own module alone
    try (InputStream library = loader.getResourceAsStream(resource);
        InputStream hash = loader.getResourceAsStream(resource + ".sha256")) {
      if (library == null || hash == null) {
        throw new UnsatisfiedLinkError("pc15: no native library: neither a system library " + NAME + " nor " + resource
            + " in the class path. Add io.github.pc15:pc15-natives:" + VERSION + ":" + platform()
            + ", or set -Dpc15.library.path to a library built for this machine.");
      }
      loadCopy(library, new String(hash.readAllBytes(), StandardCharsets.US_ASCII).strip());
    } catch (IOException error) {
      throw linkError("pc15: the native library could not be copied to a file (-Dpc15.library.tmpdir chooses the "
          + "folder): " + error, error);
    }
  }

  private static void loadCopy(InputStream library, String expected) throws IOException {
    String folder = System.getProperty("pc15.library.tmpdir", System.getProperty("java.io.tmpdir"));
    // Readable by the owner alone, so that nobody else can put another library in its place.
    Path copy = Files.createTempFile(Path.of(folder), NAME + "-", ".lib");
    try {
      String found = copyAndHash(library, copy);
      if (!found.equals(expected)) {
        throw new UnsatisfiedLinkError("pc15: the native library in the class path is damaged: its SHA-256 is " + found
            + ", not " + expected);
      }
      System.load(copy.toString());
    } catch (UnsatisfiedLinkError error) {
      throw linkError(error.getMessage() + " (a folder that is mounted noexec? -Dpc15.library.tmpdir chooses another)",
          error);
    } finally {
      try {
        Files.delete(copy); // a loaded library needs no name where POSIX rules
      } catch (IOException inUse) {
        copy.toFile().deleteOnExit();
      }
    }
  }

  private static String copyAndHash(InputStream library, Path copy) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException never) { // every Java platform must have it
      throw new AssertionError(never);
    }
    try (OutputStream out = Files.newOutputStream(copy)) {
      new DigestInputStream(library, digest).transferTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static UnsatisfiedLinkError linkError(String message, Throwable cause) {
    UnsatisfiedLinkError error = new UnsatisfiedLinkError(message);
    error.initCause(cause);
    return error;
  }
}
