// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import io.github.pc15.Parameter;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageWriteParam;

/**
 * How to write. With {@code setCompressionMode(MODE_EXPLICIT)} the compression type is "Lossy" (the initial one) or
 * "Lossless", and the quality 0 to 1 stands for {@link Parameter#QUALITY} 0 to 100. Every other parameter of the encoder
 * is set by {@link #set}.
 */
public final class Pc15ImageWriteParam extends ImageWriteParam {
  /** The compression type that keeps quality and size in balance. */
  public static final String LOSSY = "Lossy";
  /** The compression type that keeps every sample. */
  public static final String LOSSLESS = "Lossless";

  private final Map<Parameter, Double> parameters = new EnumMap<>(Parameter.class);

  /**
   * Parameters that write the whole picture as the library does by default.
   *
   * @param locale of the descriptions; null is the default locale
   */
  public Pc15ImageWriteParam(Locale locale) {
    super(locale);
    canWriteCompressed = true;
    compressionTypes = new String[] {LOSSY, LOSSLESS};
    compressionType = LOSSY;
    compressionQuality = (float) (Parameter.QUALITY.defaultValue() / 100);
  }

  /**
   * Sets a parameter of the encoder: effort, tune, threads, ... Quality and lossless too, but an explicit compression
   * mode wins.
   *
   * @param parameter one of {@link Parameter#isForEncoder}; another is refused by the write
   * @param value in the units of the user; out of range is refused by the write
   */
  public void set(Parameter parameter, double value) {
    parameters.put(parameter, value);
  }

  /**
   * What {@link #set} has set.
   *
   * @return a view that cannot be changed
   */
  public Map<Parameter, Double> parameters() {
    return Collections.unmodifiableMap(parameters);
  }

  @Override
  public void unsetCompression() {
    super.unsetCompression();
    compressionType = LOSSY;
    compressionQuality = (float) (Parameter.QUALITY.defaultValue() / 100);
  }

  @Override
  public boolean isCompressionLossless() {
    requireExplicit();
    return LOSSLESS.equals(compressionType);
  }

  @Override
  public String[] getCompressionQualityDescriptions() {
    requireExplicit();
    return new String[] {"Small file", "Balanced", "Fine"};
  }

  @Override
  public float[] getCompressionQualityValues() {
    requireExplicit();
    return new float[] {0f, 0.5f, 0.75f, 1f};
  }

  private void requireExplicit() {
    if (getCompressionMode() != MODE_EXPLICIT) {
      throw new IllegalStateException("the compression mode is not MODE_EXPLICIT");
    }
  }
}
