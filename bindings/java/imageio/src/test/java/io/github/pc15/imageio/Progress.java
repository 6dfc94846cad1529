// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;

/** Notes what it hears. */
class Progress implements IIOReadProgressListener {
  private final List<String> events;

  Progress(List<String> events) {
    this.events = events;
  }

  private synchronized void note(String event) {
    events.add(event);
  }

  @Override
  public void sequenceStarted(ImageReader source, int minIndex) {
    note("sequence");
  }

  @Override
  public void sequenceComplete(ImageReader source) {
    note("sequence complete");
  }

  @Override
  public void imageStarted(ImageReader source, int imageIndex) {
    note("started");
  }

  @Override
  public void imageProgress(ImageReader source, float percentageDone) {
    note("progress");
  }

  @Override
  public void imageComplete(ImageReader source) {
    note("complete");
  }

  @Override
  public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {
    note("thumbnail");
  }

  @Override
  public void thumbnailProgress(ImageReader source, float percentageDone) {
    note("thumbnail progress");
  }

  @Override
  public void thumbnailComplete(ImageReader source) {
    note("thumbnail complete");
  }

  @Override
  public void readAborted(ImageReader source) {
    note("aborted");
  }
}
