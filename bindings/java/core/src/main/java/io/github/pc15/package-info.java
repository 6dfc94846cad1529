// SPDX-License-Identifier: MIT OR Apache-2.0
/**
 * Pictures to {@code .pc15} files and back.
 *
 * <p>{@link io.github.pc15.Pc15Encoder} and {@link io.github.pc15.Pc15Decoder} do the work on
 * {@link io.github.pc15.Pixels} or {@link java.awt.image.BufferedImage}; the module {@code io.github.pc15.imageio} teaches
 * {@code ImageIO} the format.
 *
 * <p>What holds everywhere: sizes and positions are in pixels, lengths and strides in bytes, samples have 8 bits. null is
 * a NullPointerException unless a parameter allows it. A failed call of the library is a
 * {@link io.github.pc15.Pc15Exception}. Handles belong to one thread at a time and are to be closed.
 */
package io.github.pc15;
