/**
 * {@code .pc15} files for {@code javax.imageio}: {@code ImageIO.read} and {@code ImageIO.write} find this module by
 * themselves when it is there.
 */
@SuppressWarnings("module") // the 15 of the name
module io.github.pc15.imageio {
  requires transitive io.github.pc15;

  exports io.github.pc15.imageio;

  provides javax.imageio.spi.ImageReaderSpi with io.github.pc15.imageio.Pc15ImageReaderSpi;
  provides javax.imageio.spi.ImageWriterSpi with io.github.pc15.imageio.Pc15ImageWriterSpi;
}
