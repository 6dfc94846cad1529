// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import java.util.List;

/**
 * One parameter of a generator.
 *
 * @param name for example {@code "angle"}
 * @param unit {@code "deg"}, {@code "px"} or {@code ""}
 * @param doc one line for a user
 * @param type what kind of values it takes
 * @param minimum smallest value
 * @param maximum largest value
 * @param defaultValue initial value
 * @param step distance of neighbouring values at the finest precision, at the default
 * @param choices names of the values of an enumeration from the minimum on, else empty
 */
public record GeneratorParameter(String name, String unit, String doc, ParameterType type, double minimum,
    double maximum, double defaultValue, double step, List<String> choices) {
}
