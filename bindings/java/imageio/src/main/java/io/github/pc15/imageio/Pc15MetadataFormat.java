// SPDX-License-Identifier: MIT OR Apache-2.0
package io.github.pc15.imageio;

import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadataFormat;
import javax.imageio.metadata.IIOMetadataFormatImpl;

/**
 * The native metadata format {@value Pc15Metadata#NATIVE_FORMAT}: the root has at most one each of "Image" (attributes
 * from the head of the file; ignored by the writer), "ICC", "EXIF", "XMP" (a byte[] as the node's user object) and "Text"
 * (attribute "value").
 */
public final class Pc15MetadataFormat extends IIOMetadataFormatImpl {
  private static final Pc15MetadataFormat INSTANCE = new Pc15MetadataFormat();

  private Pc15MetadataFormat() {
    super(Pc15Metadata.NATIVE_FORMAT, CHILD_POLICY_SOME);
    addElement("Image", Pc15Metadata.NATIVE_FORMAT, CHILD_POLICY_EMPTY);
    for (String number : new String[] {"width", "height", "version", "tile", "overlap", "cell"}) {
      addAttribute("Image", number, DATATYPE_INTEGER, true, null);
    }
    addAttribute("Image", "color", DATATYPE_STRING, true, null);
    addAttribute("Image", "residualStep", DATATYPE_DOUBLE, true, null);
    addAttribute("Image", "seed", DATATYPE_STRING, true, null);
    for (String flag : new String[] {"alpha", "lossless", "compact", "programs"}) {
      addBooleanAttribute("Image", flag, false, false);
    }
    for (String item : new String[] {"ICC", "EXIF", "XMP"}) {
      addElement(item, Pc15Metadata.NATIVE_FORMAT, CHILD_POLICY_EMPTY);
      addObjectValue(item, byte.class, 1, Integer.MAX_VALUE);
    }
    addElement("Text", Pc15Metadata.NATIVE_FORMAT, CHILD_POLICY_EMPTY);
    addAttribute("Text", "value", DATATYPE_STRING, true, null);
  }

  /**
   * The one instance, which ImageIO asks for.
   *
   * @return the format
   */
  public static IIOMetadataFormat getInstance() {
    return INSTANCE;
  }

  @Override
  public boolean canNodeAppear(String elementName, ImageTypeSpecifier imageType) {
    return true;
  }
}
