// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.ImageInfo;
import io.github.pc15.MetadataType;
import io.github.pc15.Parameter;
import io.github.pc15.Pc15;
import io.github.pc15.Pc15Decoder;
import io.github.pc15.Pc15Exception;
import io.github.pc15.Pc15File;
import io.github.pc15.Pc15Status;
import io.github.pc15.Pixels;
import io.github.pc15.ProgressListener;
import java.awt.Point;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStream;

/** The file behind a stream: its head first, all of it when that is needed, kept open for region after region. */
final class Source implements AutoCloseable {
  private final ImageInputStream stream;
  private final long start;
  private ImageInfo head;
  private byte[] bytes;
  private Pc15Decoder decoder;
  private Pc15File file;
  private boolean tolerant;

  Source(ImageInputStream stream) throws IOException {
    this.stream = stream;
    start = stream.getStreamPosition();
  }

  /** From the first bytes alone, unless the file is compact. */
  ImageInfo head() throws IOException {
    if (head == null) {
      try {
        try {
          head = Pc15.probe(bytes != null ? bytes : first(Pc15.HEAD_SIZE));
        } catch (Pc15Exception error) {
          if (error.status() != Pc15Status.NEED_INPUT) {
            throw error;
          }
          head = Pc15.probe(all());
        }
      } catch (Pc15Exception error) {
        throw Format.failure(error);
      } catch (LinkageError error) {
        throw Format.failure(error);
      }
    }
    return head;
  }

  private byte[] first(int count) throws IOException {
    byte[] buffer = new byte[count];
    int size = 0;
    stream.seek(start);
    for (int more = 0; more >= 0 && size < count; more = stream.read(buffer, size, count - size)) {
      size += more;
    }
    return Arrays.copyOf(buffer, size);
  }

  private byte[] all() throws IOException {
    if (bytes == null) {
      long length = stream.length();
      if (length - start > Integer.MAX_VALUE - 8) {
        throw new IIOException("a file of " + (length - start) + " bytes is too large for ImageIO");
      }
      if (length >= 0) {
        bytes = first((int) Math.max(length - start, 0));
      } else {
        stream.seek(start);
        ByteArrayOutputStream collected = new ByteArrayOutputStream();
        byte[] block = new byte[1 << 16];
        for (int more = stream.read(block); more >= 0; more = stream.read(block)) {
          collected.write(block, 0, more);
        }
        bytes = collected.toByteArray();
      }
    }
    return bytes;
  }

  private Pc15File file() throws IOException {
    if (file == null) {
      if (decoder == null) {
        decoder = new Pc15Decoder();
      }
      decoder.set(Parameter.TOLERANT, tolerant);
      file = decoder.open(ByteBuffer.wrap(all()));
    }
    return file;
  }

  /** Says how the file is to be opened when the next question comes. */
  void tolerate(boolean wanted) {
    if (wanted != tolerant) {
      tolerant = wanted;
      file = null;
    }
  }

  /** One item of metadata; null when there is none, or it is damaged. Damage elsewhere in the file does not matter. */
  byte[] item(MetadataType type) throws IOException {
    try {
      try {
        return file().metadata(type).orElse(null);
      } catch (Pc15Exception error) {
        if (tolerant && error.status().isDataError()) {
          return null;
        }
        tolerate(true);
        return file().metadata(type).orElse(null);
      }
    } catch (Pc15Exception error) {
      throw Format.failure(error);
    } catch (LinkageError error) {
      throw Format.failure(error);
    }
  }

  /** Decodes a rectangle; CANCELLED is an answer here. */
  Pc15Status read(int scaleLog2, Point place, Pixels out, int threads, ProgressListener progress) throws IOException {
    Pc15File open = file();
    decoder.set(Parameter.THREADS, threads).setProgressListener(progress);
    try {
      return open.read(scaleLog2, place.x, place.y, out);
    } catch (Pc15Exception error) {
      if (error.status() == Pc15Status.CANCELLED) {
        return Pc15Status.CANCELLED;
      }
      file = null; // the decoder has closed it
      throw error;
    } catch (RuntimeException error) { // from a listener: the decoder was reset
      file = null;
      throw error;
    } finally {
      decoder.setProgressListener(null);
    }
  }

  @Override
  public void close() {
    if (decoder != null) {
      decoder.close();
    }
  }
}
