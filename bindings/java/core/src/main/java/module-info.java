/**
 * libpc15 for Java: images as programs, encoded to {@code .pc15} files and back.
 *
 * <p>The native library comes with the artifact {@code pc15-natives}; {@link io.github.pc15.Pc15#loadLibrary()} says
 * where it is looked for.
 */
@SuppressWarnings("module") // the 15 of the name, and imageio is compiled later
module io.github.pc15 {
  requires transitive java.desktop;

  exports io.github.pc15;
  exports io.github.pc15.internal.memory to io.github.pc15.imageio;
}
