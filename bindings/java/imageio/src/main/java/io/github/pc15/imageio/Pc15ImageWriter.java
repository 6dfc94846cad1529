// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.BufferedImages;
import io.github.pc15.MetadataType;
import io.github.pc15.Parameter;
import io.github.pc15.Pc15Encoder;
import io.github.pc15.Pc15Exception;
import io.github.pc15.Pc15Status;
import io.github.pc15.Pixels;
import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.RenderedImage;
import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageOutputStream;

/**
 * Writes {@code .pc15} files: grey and RGB of at most 8 bits per sample, with or without alpha. Palettes and packed pixels
 * are expanded; more than 8 bits are refused, not rounded. The ICC profile of an RGB image that is not sRGB goes into the
 * file, as do the items of a {@link Pc15Metadata}.
 */
public final class Pc15ImageWriter extends ImageWriter {
  Pc15ImageWriter(Pc15ImageWriterSpi provider) {
    super(provider);
  }

  @Override
  public Pc15ImageWriteParam getDefaultWriteParam() {
    return new Pc15ImageWriteParam(getLocale());
  }

  @Override
  public IIOMetadata getDefaultStreamMetadata(ImageWriteParam param) {
    return null;
  }

  @Override
  public IIOMetadata getDefaultImageMetadata(ImageTypeSpecifier imageType, ImageWriteParam param) {
    return new Pc15Metadata();
  }

  @Override
  public IIOMetadata convertStreamMetadata(IIOMetadata inData, ImageWriteParam param) {
    return null;
  }

  /**
   * Metadata of any format as this writer can store it: all of a {@link Pc15Metadata}, the texts of others.
   *
   * @param inData the metadata
   * @param imageType not used
   * @param param not used
   * @return a {@link Pc15Metadata}; null when nothing could be taken over
   */
  @Override
  public IIOMetadata convertImageMetadata(IIOMetadata inData, ImageTypeSpecifier imageType, ImageWriteParam param) {
    if (inData == null) {
      throw new IllegalArgumentException("no metadata");
    }
    return Pc15Metadata.convert(inData);
  }

  @Override
  public void write(IIOMetadata streamMetadata, IIOImage image, ImageWriteParam param) throws IOException {
    if (getOutput() == null) {
      throw new IllegalStateException("no output is set");
    }
    if (image == null) {
      throw new IllegalArgumentException("no image");
    }
    if (image.hasRaster()) {
      throw new UnsupportedOperationException("a raster has no colours; write an image");
    }
    clearAbortRequest();
    processImageStarted(0);
    byte[] file = null;
    if (!abortRequested()) {
      try {
        file = encode(image, param);
      } catch (Pc15Exception error) {
        if (error.status() != Pc15Status.CANCELLED) {
          throw Format.failure(error);
        }
      } catch (LinkageError error) {
        throw Format.failure(error);
      }
    }
    if (file == null) {
      processWriteAborted();
      return;
    }
    ((ImageOutputStream) getOutput()).write(file);
    processImageProgress(100);
    processImageComplete();
  }

  private byte[] encode(IIOImage image, ImageWriteParam param) throws IOException {
    RenderedImage picture = image.getRenderedImage();
    try (Pc15Encoder encoder = new Pc15Encoder()) {
      configure(encoder, param);
      byte[] profile = profileOf(picture.getColorModel(), param);
      if (profile != null) {
        encoder.setMetadata(MetadataType.ICC, profile);
      }
      Pc15Metadata metadata = image.getMetadata() == null ? null : Pc15Metadata.convert(image.getMetadata());
      for (MetadataType type : MetadataType.values()) {
        byte[] item = metadata == null ? null : metadata.item(type);
        if (item != null) {
          encoder.setMetadata(type, item);
        }
      }
      encoder.setProgressListener((done, total) -> {
        processImageProgress(Math.min(99f, 100f * done / Math.max(total, 1)));
        return !abortRequested();
      });
      return encoder.encode(pixelsOf(picture, param));
    }
  }

  private static void configure(Pc15Encoder encoder, ImageWriteParam param) {
    if (param instanceof Pc15ImageWriteParam) {
      ((Pc15ImageWriteParam) param).parameters().forEach(encoder::set);
    }
    if (param != null && param.canWriteCompressed() && param.getCompressionMode() == ImageWriteParam.MODE_EXPLICIT) {
      boolean lossless = Pc15ImageWriteParam.LOSSLESS.equals(param.getCompressionType());
      encoder.set(Parameter.LOSSLESS, lossless);
      if (!lossless) {
        encoder.set(Parameter.QUALITY, 100 * Math.round(param.getCompressionQuality() * 1e5) / 1e5);
      }
    }
  }

  /** The profile of samples that are not sRGB; grey and palettes are written as Java shows them everywhere. */
  private static byte[] profileOf(ColorModel colors, ImageWriteParam param) {
    if (colors == null || colors instanceof IndexColorModel || (param != null && param.getSourceBands() != null)) {
      return null;
    }
    ColorSpace space = colors.getColorSpace();
    boolean own = space instanceof ICC_ColorSpace && !space.isCS_sRGB() && space.getType() == ColorSpace.TYPE_RGB;
    return own ? ((ICC_ColorSpace) space).getProfile().getData() : null;
  }

  private static Pixels pixelsOf(RenderedImage image, ImageWriteParam param) throws IIOException {
    Rectangle bounds = new Rectangle(image.getMinX(), image.getMinY(), image.getWidth(), image.getHeight());
    int stepX = 1;
    int stepY = 1;
    int[] bands = null;
    if (param != null) {
      Rectangle region = param.getSourceRegion();
      if (region != null) {
        region.translate(image.getMinX(), image.getMinY());
        bounds = bounds.intersection(region);
      }
      bounds.translate(param.getSubsamplingXOffset(), param.getSubsamplingYOffset());
      bounds.width -= param.getSubsamplingXOffset();
      bounds.height -= param.getSubsamplingYOffset();
      stepX = param.getSourceXSubsampling();
      stepY = param.getSourceYSubsampling();
      bands = param.getSourceBands();
    }
    if (bounds.width <= 0 || bounds.height <= 0) {
      throw new IIOException("the source region is empty");
    }
    try {
      return SourcePixels.of(image, bounds, stepX, stepY, bands);
    } catch (IllegalArgumentException error) {
      throw new IIOException(error.getMessage(), error);
    }
  }
}
