// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.ImageInfo;
import io.github.pc15.MetadataType;
import io.github.pc15.Pc15;
import io.github.pc15.Pc15Exception;
import io.github.pc15.Pc15Status;
import io.github.pc15.PixelFormat;
import io.github.pc15.Pixels;
import io.github.pc15.internal.memory.Memory;
import java.awt.Dimension;
import java.awt.Point;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads {@code .pc15} files: one image per file, which ends where the stream ends. Damaged files are an IIOException
 * whose cause is a {@link Pc15Exception}, unless {@link Pc15ImageReadParam#setTolerant} asks for what is left.
 *
 * <p>Images come as sRGB, or in the colour space of the file's ICC profile where it has one that is not sRGB. The size
 * is known from the first bytes; tiles are the cells that decode independently; the thumbnail is the picture at a
 * quarter of its size, decoded as such.
 *
 * <p>Dispose of a reader: its memory is outside the heap.
 */
public final class Pc15ImageReader extends ImageReader {
  /** Smallest side of a picture that has a thumbnail, pixels. */
  private static final int LEAST_FOR_THUMBNAIL = 32;

  private Source source;
  private List<ImageTypeSpecifier> types;

  Pc15ImageReader(Pc15ImageReaderSpi provider) {
    super(provider);
  }

  @Override
  public void setInput(Object input, boolean seekForwardOnly, boolean ignoreMetadata) {
    super.setInput(input, seekForwardOnly, ignoreMetadata);
    forget();
  }

  @Override
  public void reset() {
    super.reset();
    forget();
  }

  @Override
  public void dispose() {
    forget();
    super.dispose();
  }

  private void forget() {
    if (source != null) {
      source.close();
      source = null;
    }
    types = null;
  }

  private Source source(int imageIndex) throws IOException {
    if (getInput() == null) {
      throw new IllegalStateException("no input is set");
    }
    if (imageIndex != 0) {
      throw new IndexOutOfBoundsException("image " + imageIndex + " of 1");
    }
    if (source == null) {
      source = new Source((ImageInputStream) getInput());
    }
    return source;
  }

  @Override
  public int getNumImages(boolean allowSearch) throws IOException {
    source(0);
    return 1;
  }

  @Override
  public int getWidth(int imageIndex) throws IOException {
    return source(imageIndex).head().width();
  }

  @Override
  public int getHeight(int imageIndex) throws IOException {
    return source(imageIndex).head().height();
  }

  @Override
  public boolean isRandomAccessEasy(int imageIndex) throws IOException {
    source(imageIndex);
    return true;
  }

  @Override
  public boolean isImageTiled(int imageIndex) throws IOException {
    ImageInfo info = source(imageIndex).head();
    return info.cellCols() > 1 || info.cellRows() > 1;
  }

  @Override
  public int getTileWidth(int imageIndex) throws IOException {
    return isImageTiled(imageIndex) ? source.head().cell() : getWidth(imageIndex);
  }

  @Override
  public int getTileHeight(int imageIndex) throws IOException {
    return isImageTiled(imageIndex) ? source.head().cell() : getHeight(imageIndex);
  }

  @Override
  public BufferedImage readTile(int imageIndex, int tileX, int tileY) throws IOException {
    int wide = getTileWidth(imageIndex);
    int high = getTileHeight(imageIndex);
    Rectangle whole = new Rectangle(getWidth(imageIndex), getHeight(imageIndex));
    if (tileX < 0 || tileY < 0 || tileX > (whole.width - 1) / wide || tileY > (whole.height - 1) / high) {
      throw new IllegalArgumentException("there is no tile " + tileX + ", " + tileY);
    }
    ImageReadParam param = getDefaultReadParam();
    param.setSourceRegion(whole.intersection(new Rectangle(tileX * wide, tileY * high, wide, high)));
    return read(imageIndex, param);
  }

  @Override
  public Iterator<ImageTypeSpecifier> getImageTypes(int imageIndex) throws IOException {
    return types(imageIndex).iterator();
  }

  @Override
  public ImageTypeSpecifier getRawImageType(int imageIndex) throws IOException {
    return types(imageIndex).get(0);
  }

  private List<ImageTypeSpecifier> types(int imageIndex) throws IOException {
    Source current = source(imageIndex);
    if (types == null) {
      // Also when metadata is to be ignored, as ImageIO.read asks: the colours would be wrong without.
      byte[] profile = current.item(MetadataType.ICC);
      types = ImageTypes.of(current.head().naturalFormat(), profile, this::processWarningOccurred);
    }
    return types;
  }

  @Override
  public Pc15ImageReadParam getDefaultReadParam() {
    return new Pc15ImageReadParam();
  }

  @Override
  public IIOMetadata getStreamMetadata() {
    return null;
  }

  /**
   * The metadata of the image.
   *
   * @param imageIndex 0
   * @return a {@link Pc15Metadata}; null when setInput asked to ignore metadata
   * @throws IOException when the file cannot be read
   */
  @Override
  public IIOMetadata getImageMetadata(int imageIndex) throws IOException {
    Source current = source(imageIndex);
    if (ignoreMetadata) {
      return null;
    }
    Pc15Metadata metadata = new Pc15Metadata();
    metadata.setInfo(current.head());
    for (MetadataType type : MetadataType.values()) {
      metadata.setItem(type, current.item(type));
    }
    return metadata;
  }

  @Override
  public BufferedImage read(int imageIndex, ImageReadParam param) throws IOException {
    Source current = source(imageIndex);
    clearAbortRequest();
    ImageInfo info = current.head();
    List<ImageTypeSpecifier> possible = types(imageIndex);
    current.tolerate(param instanceof Pc15ImageReadParam && ((Pc15ImageReadParam) param).isTolerant());
    BufferedImage image = getDestination(param, possible.iterator(), info.width(), info.height());
    Rectangle from = new Rectangle();
    Rectangle to = new Rectangle();
    computeRegions(param, info.width(), info.height(), image, from, to);
    ImageReadParam plain = param == null ? new ImageReadParam() : param;
    checkReadParamBandSettings(plain, info.naturalFormat().channels(), image.getSampleModel().getNumBands());
    RowSink sink = new RowSink(image, to, plain, info.naturalFormat());

    processImageStarted(imageIndex);
    boolean complete = !abortRequested() && transfer(current, param, Step.of(param, from, to), sink, to);
    if (!complete || abortRequested()) {
      processReadAborted();
      return image;
    }
    processImageUpdate(image, to.x, to.y, to.width, to.height, 1, 1, sink.targetBands());
    processImageProgress(100);
    processImageComplete();
    return image;
  }

  /** Decodes what a step needs and hands it to the sink; false when the reader was asked to abort. */
  private boolean transfer(Source current, ImageReadParam param, Step step, RowSink sink, Rectangle to)
      throws IOException {
    PixelFormat format = current.head().naturalFormat();
    Rectangle part = step.part;
    int threads = param instanceof Pc15ImageReadParam ? ((Pc15ImageReadParam) param).getThreads() : 1;
    try (Memory memory = Memory.allocate(Pixels.bytes(format, part.width, part.height, 0))) {
      Pixels pixels = new Pixels(memory.view(), format, part.width, part.height);
      Pc15Status status = current.read(step.scaleLog2, part.getLocation(), pixels, threads, (done, total) -> {
        processImageProgress(Math.min(99f, 100f * done / Math.max(total, 1)));
        return !abortRequested();
      });
      if (status == Pc15Status.CANCELLED) {
        return false;
      }
      if (status == Pc15Status.DAMAGED) {
        processWarningOccurred("the file is damaged: some of the picture is lost");
      }
      for (int y = 0; y < to.height; ++y) {
        sink.row(y, memory.view(), y * step.stepY * part.width * format.channels(), step.stepX);
      }
      return true;
    } catch (Pc15Exception error) {
      throw Format.failure(error);
    } catch (LinkageError error) {
      throw Format.failure(error);
    }
  }

  @Override
  public boolean readerSupportsThumbnails() {
    return true;
  }

  @Override
  public int getNumThumbnails(int imageIndex) throws IOException {
    ImageInfo info = source(imageIndex).head();
    return Math.min(info.width(), info.height()) >= LEAST_FOR_THUMBNAIL ? 1 : 0;
  }

  @Override
  public int getThumbnailWidth(int imageIndex, int thumbnailIndex) throws IOException {
    return thumbnailSize(imageIndex, thumbnailIndex).width;
  }

  @Override
  public int getThumbnailHeight(int imageIndex, int thumbnailIndex) throws IOException {
    return thumbnailSize(imageIndex, thumbnailIndex).height;
  }

  private Dimension thumbnailSize(int imageIndex, int thumbnailIndex) throws IOException {
    if (thumbnailIndex < 0 || thumbnailIndex >= getNumThumbnails(imageIndex)) {
      throw new IndexOutOfBoundsException("thumbnail " + thumbnailIndex + " of " + getNumThumbnails(imageIndex));
    }
    return Pc15.scaledSize(source.head().width(), source.head().height(), Pc15.SCALE_LOG2_MIN);
  }

  @Override
  public BufferedImage readThumbnail(int imageIndex, int thumbnailIndex) throws IOException {
    Dimension size = thumbnailSize(imageIndex, thumbnailIndex);
    clearAbortRequest();
    ImageTypeSpecifier type = types(imageIndex).get(0);
    source.tolerate(false);
    BufferedImage image = type.createBufferedImage(size.width, size.height);
    PixelFormat format = source.head().naturalFormat();
    RowSink sink = new RowSink(image, new Rectangle(size), new ImageReadParam(), format);
    processThumbnailStarted(imageIndex, thumbnailIndex);
    try (Memory memory = Memory.allocate(Pixels.bytes(format, size.width, size.height, 0))) {
      Pixels pixels = new Pixels(memory.view(), format, size.width, size.height);
      Pc15Status status = source.read(Pc15.SCALE_LOG2_MIN, new Point(), pixels, 1, (done, total) -> {
        processThumbnailProgress(Math.min(99f, 100f * done / Math.max(total, 1)));
        return !abortRequested();
      });
      if (status == Pc15Status.CANCELLED) {
        processReadAborted();
        return image;
      }
      for (int y = 0; y < size.height; ++y) {
        sink.row(y, memory.view(), y * size.width * format.channels(), 1);
      }
    } catch (Pc15Exception error) {
      throw Format.failure(error);
    }
    processThumbnailProgress(100);
    processThumbnailComplete();
    return image;
  }
}
