// SPDX-License-Identifier: MIT OR Apache-2.0
/**
 * The ImageIO plugin: {@link io.github.pc15.imageio.Pc15ImageReader} and {@link io.github.pc15.imageio.Pc15ImageWriter},
 * found by the format name "pc15", the suffix "pc15" and the type "image/x-pc15".
 *
 * <p>Readers and writers follow ImageIO's thread rule: one thread at a time, except {@code abort()}.
 */
package io.github.pc15.imageio;
