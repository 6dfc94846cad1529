// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The enumerations have what the header has, no more and no less, so that a new constant is not forgotten here. */
class HeaderTest {
  private static Set<String> constants(String prefix) throws IOException {
    String header = new String(Data.read("include/pc15.h"), StandardCharsets.UTF_8);
    Matcher matcher = Pattern.compile("(?m)^#define PC15_" + prefix + "_(\\w+)").matcher(header);
    Set<String> names = new TreeSet<>();
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }

  private static <E extends Enum<E>> void same(String prefix, E[] values, Function<E, String> name) throws IOException {
    Set<String> found = new TreeSet<>();
    Arrays.stream(values).map(name).forEach(found::add);
    assertEquals(constants(prefix), found, prefix);
  }

  @Test
  void everyConstantIsHere() throws IOException {
    same("PARAM", Parameter.values(), Enum::name);
    same("FORMAT", PixelFormat.values(), Enum::name);
    same("METADATA", MetadataType.values(), Enum::name);
    same("COLOR", ColorCoding.values(), Enum::name);
    same("CELL", CellState.values(), Enum::name);
    same("PART", PartKind.values(), Enum::name);
    same("BLEND", Blend.values(), Enum::name);
    same("SOURCE", GeometrySource.values(), Enum::name);
    Set<String> tiles = constants("TILE");
    assertTrue(tiles.remove("IMAGE"));
    assertEquals(tiles, new TreeSet<>(Arrays.stream(TileMode.values()).map(Enum::name).toList()));
    Set<String> statuses = constants("ERROR");
    statuses.addAll(constants("NOTE"));
    statuses.add("OK");
    assertEquals(statuses, new TreeSet<>(Arrays.stream(Pc15Status.values()).map(Enum::name).toList()));
  }

  @Test
  void everyStatusHasItsNumberAndItsSentence() {
    for (Pc15Status status : Pc15Status.values()) {
      assertTrue(status.constant().endsWith(status.name()), status.constant());
      assertTrue(status.doc().length() > 10);
      assertEquals(status, Pc15Status.of(status.code()));
    }
    assertEquals(Pc15Status.INTERNAL, Pc15Status.of(-12345));
  }

  @Test
  void theVersionIsThatOfTheProject() throws IOException {
    String pom = new String(Data.read("bindings/java/pom.xml"), StandardCharsets.UTF_8);
    assertTrue(pom.contains("<version>" + Pc15.version() + "</version>"));
    assertTrue(Pc15.buildInfo().contains(Pc15.version()));
  }
}
